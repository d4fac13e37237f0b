package io.ha4j.standalone;

import io.ha4j.HaException;
import io.ha4j.standalone.conf.Configuration;
import io.ha4j.standalone.conf.InitialFile;
import io.ha4j.standalone.conf.VirtualServer;
import io.ha4j.standalone.conf.VrrpInstance;
import io.ha4j.standalone.conf.VrrpSyncGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a workload that of another configuration. What is the same in both is not touched: no packet, no event. Groups
 * are reconfigured where they can be; those that end hand over first, while their balancers still serve. What cannot be
 * changed or started is told with its line, and everything else is done nevertheless.
 */
final class Reload {
    private final Workload workload;
    private final Configuration before;
    private final Configuration next;
    private final List<String> done = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<RunningGroup> endingGroups = new ArrayList<>();

    Reload(Workload workload, Configuration before, Configuration next) {
        this.workload = workload;
        this.before = before;
        this.next = next;
    }

    Operations.Answer run() {
        reconfigureGroups();
        endWithTheirSyncGroups();
        workload.closeGroups(endingGroups);
        List<RunningServer> endingServers = endingServers();
        workload.closeServers(endingServers);
        startGroups();
        changeServers();
        List<String> lines = new ArrayList<>(failures);
        lines.addAll(done);
        if (!failures.isEmpty()) {
            return Operations.Answer.refused(String.join("\n", lines));
        }
        return Operations.Answer.done(done.isEmpty() ? "nothing has changed" : String.join("\n", lines));
    }

    private void reconfigureGroups() {
        Map<String, VrrpInstance> wanted = new HashMap<>();
        next.instances().forEach(instance -> wanted.put(instance.name(), instance));
        for (RunningGroup running : workload.groups()) {
            String name = "vrrp_instance " + running.instance().name();
            VrrpInstance instance = wanted.get(running.instance().name());
            if (instance == null) {
                endingGroups.add(running);
                done.add(name + " removed");
                continue;
            }
            boolean same = running.instance().at(instance.line()).equals(instance);
            try {
                running.reconfigure(instance);
                if (!same) {
                    done.add(name + " changed, in state " + running.group().state());
                }
            } catch (IllegalArgumentException e) {
                endingGroups.add(running);
                done.add(name + " started anew: " + e.getMessage());
            } catch (HaException e) {
                failures.add(Workload.failed(next, instance.line(), name, e).getMessage() + "; it goes on as before");
            }
        }
    }

    /** A member alone could neither hand over nor come back: the others would still be active, or not yet. */
    private void endWithTheirSyncGroups() {
        List<VrrpSyncGroup> ending = new ArrayList<>();
        for (RunningGroup running : endingGroups) {
            VrrpSyncGroup sync = running.instance().syncGroup();
            if (sync != null) {
                ending.add(sync);
            }
        }
        for (RunningGroup running : workload.groups()) {
            VrrpSyncGroup sync = running.instance().syncGroup();
            if (sync != null && ending.contains(sync) && !endingGroups.contains(running)) {
                endingGroups.add(running);
                done.add("vrrp_instance " + running.instance().name()
                        + " started anew: so are others of vrrp_sync_group " + sync.name());
            }
        }
    }

    private List<RunningServer> endingServers() {
        Map<Object, VirtualServer> wanted = new HashMap<>();
        next.virtualServers().forEach(server -> wanted.put(server.service(), server));
        List<RunningServer> ending = new ArrayList<>();
        for (RunningServer running : workload.servers()) {
            VirtualServer server = wanted.get(running.server().service());
            String name = Text.name(running.server());
            if (server == null) {
                ending.add(running);
                done.add(name + " removed");
            } else if (!running.canBecome(server, workload.holder(next, server))) {
                ending.add(running);
                done.add(name + " started anew");
            }
        }
        return ending;
    }

    private void startGroups() {
        for (InitialFile initial : next.initialFiles()) {
            if (!before.initialFiles().contains(initial)) {
                attempt(() -> workload.write(next, initial));
            }
        }
        for (VrrpInstance instance : next.instances()) {
            if (workload.group(instance.name()) == null) {
                boolean anew =
                        before.instances().stream().anyMatch(it -> it.name().equals(instance.name()));
                if (attempt(() -> workload.start(next, instance)) && !anew) {
                    done.add("vrrp_instance " + instance.name() + " added");
                }
            }
        }
    }

    private void changeServers() {
        for (VirtualServer server : next.virtualServers()) {
            String name = Text.name(server);
            RunningServer running = workload.server(server.service());
            if (running != null && !running.canBecome(server, workload.holder(next, server))) {
                workload.closeServers(List.of(running)); // its address has come to a group that was just started
                running = null;
            }
            if (running == null) {
                boolean anew = before.virtualServers().stream()
                        .anyMatch(it -> it.service().equals(server.service()));
                if (attempt(() -> workload.start(next, server)) && !anew) {
                    done.add(name + " added");
                }
            } else {
                running.become(server).forEach(change -> done.add(name + ": " + change));
            }
        }
    }

    private interface Step {
        void run() throws StartException;
    }

    private boolean attempt(Step step) {
        try {
            step.run();
            return true;
        } catch (StartException e) {
            failures.add(String.valueOf(e.getMessage()));
            return false;
        }
    }
}
