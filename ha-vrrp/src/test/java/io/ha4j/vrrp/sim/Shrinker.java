package io.ha4j.vrrp.sim;

import io.ha4j.vrrp.sim.Script.Group;
import io.ha4j.vrrp.sim.Script.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes out of a failing script what it does not need to fail, by the same rule. */
final class Shrinker {
    private static final int TRIES = 1000;

    private final Function<Script, @Nullable Violation> play;
    private final String rule;
    private Script script;
    private int tries;

    private Shrinker(Script script, Violation violation, Function<Script, @Nullable Violation> play) {
        this.play = play;
        this.rule = violation.rule();
        this.script = script;
    }

    static Script shrink(Script script, Violation violation, Function<Script, @Nullable Violation> play) {
        Shrinker shrinker = new Shrinker(script, violation, play);
        while (shrinker.pass()) {}
        return shrinker.script;
    }

    /** Whether anything could be left out. */
    private boolean pass() {
        boolean smaller = false;
        for (int size = Math.max(1, script.faults().size() / 2); size >= 1; size /= 2) {
            for (int i = script.faults().size() - size; i >= 0; i -= size) {
                List<Fault> fewer = new ArrayList<>(script.faults());
                fewer.subList(i, i + size).clear();
                smaller |= stillFails(script.with(fewer));
            }
        }
        for (int i = script.groups().size() - 1; i >= 0; i--) {
            smaller |= withoutGroup(i);
        }
        for (int host = 0; host < script.machines().size(); host++) {
            smaller |= withoutHost(host);
        }
        if (script.minDelayNs() != script.maxDelayNs()) {
            smaller |= stillFails(script.withDelay(script.maxDelayNs()));
        }
        return smaller;
    }

    private boolean withoutHost(int host) {
        List<Group> groups = new ArrayList<>();
        for (Group group : script.groups()) {
            List<Seat> seats =
                    group.seats().stream().filter(it -> it.host() != host).toList();
            groups.add(group.withSeats(seats));
        }
        List<Fault> faults =
                script.faults().stream().filter(it -> it.host() != host).toList();
        return script.uses(host) && stillFails(script.withGroups(groups).with(faults));
    }

    /** An empty one in its place, as the faults count them. */
    private boolean withoutGroup(int index) {
        Group group = script.groups().get(index);
        if (group.seats().isEmpty()) {
            return false;
        }
        List<Group> groups = new ArrayList<>(script.groups());
        groups.set(index, group.withSeats(List.of()));
        return stillFails(script.withGroups(groups));
    }

    private boolean stillFails(Script smaller) {
        if (tries++ >= TRIES) {
            return false;
        }
        Violation violation = play.apply(smaller);
        if (violation == null || !violation.rule().equals(rule)) {
            return false;
        }
        script = smaller.until(Math.min(smaller.endNs(), endNs(violation, smaller)));
        return true;
    }

    /** A rule that was broken at this time is seen broken soon after. */
    private static long endNs(Violation violation, Script script) {
        long endNs = violation.atNs() + 2 * Rule.TOLERANCE_NS;
        return endNs < script.endNs() ? endNs : script.endNs();
    }
}
