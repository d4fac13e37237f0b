package io.ha4j.it;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A {@code ./ha4j run} with virtual servers, and no group, on a host of its own. */
final class BalancerProcess {
    private final Testbed bed;
    private final LabHost host;
    private final LabProcess process;

    BalancerProcess(Testbed bed, LabHost host, LabProcess process) {
        this.bed = bed;
        this.host = host;
        this.process = process;
    }

    static BalancerProcess start(Testbed bed, LabHost host, String config) {
        String file = bed.write(host.name() + ".conf", config).toString();
        LabProcess process = bed.ha4j(host, "run", "-f", file, "--admin", "unix:" + bed.file(host.name() + ".sock"));
        process.awaitLine("Started in", Wait.LIMIT);
        return new BalancerProcess(bed, host, process);
    }

    LabProcess process() {
        return process;
    }

    /** Its virtual server of this number, as {@code ./ha4j status --json} shows it. */
    JsonNode server(int index) {
        String socket = bed.file(host.name() + ".sock").toString();
        String json = host.exec("curl", "-s", "--unix-socket", socket, "http://x/status");
        return JsonMapper.shared().readTree(json).at("/virtualServers/" + index);
    }

    /** Makes it read that configuration. */
    void reload(String config) {
        bed.write(host.name() + ".conf", config);
        process.signal("HUP");
    }
}
