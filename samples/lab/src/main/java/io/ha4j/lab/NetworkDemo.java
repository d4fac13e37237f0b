package io.ha4j.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The whole demo: a client, two nodes and three backends, each a host of its own. */
final class NetworkDemo {
    private static final String VIP = "10.77.0.100";
    private static final int VIP_PORT = 80;
    private static final int BACKEND_PORT = 8080;
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Demo.Options options;
    private final Timeline timeline;
    private final VipWatch watch;
    private final List<Scene> scenes = new ArrayList<>();

    NetworkDemo(Demo.Options options, Timeline timeline) {
        this.options = options;
        this.timeline = timeline;
        this.watch = new VipWatch(VIP, timeline);
    }

    List<VipWatch.Holder> holders() {
        return watch.history();
    }

    List<Scene> scenes() {
        return scenes;
    }

    void run(Path directory) {
        timeline.headline(
                "Setting up: a switch and the hosts client, node1, node2, b1, b2, b3, all in network namespaces");
        try (Lab lab = Lab.create()) {
            LabHost client = lab.host("client", "10.77.0.1/24");
            LabHost host1 = lab.host("node1", "10.77.0.11/24");
            LabHost host2 = lab.host("node2", "10.77.0.12/24");
            List<Backend> backends = new ArrayList<>();
            for (int number = 1; number <= 3; number++) {
                LabHost host = lab.host("b" + number, "10.77.0.2" + number + "/24");
                Backend backend = new Backend(host.name(), host, BACKEND_PORT, options.java(), timeline);
                backend.start();
                backends.add(backend);
            }
            watch.watchNode(host1);
            watch.watchNode(host2);
            watch.watchClient(client);
            backends.forEach(Backend::awaitReady);

            String servers = NodeConfig.virtualServer(VIP, VIP_PORT, backends);
            Node node1 = node(host1, directory, NodeConfig.virtualRouter(150, VIP, 24) + servers);
            Node node2 = node(host2, directory, NodeConfig.virtualRouter(100, VIP, 24) + servers);
            node1.start();
            Stage stage = new Stage(timeline, watch::holder, options);
            stage.startClient(client, VIP, VIP_PORT);
            watch.awaitHolder(node1.name(), node1.process(), START_LIMIT);
            node2.start();
            node2.awaitBackup(START_LIMIT);
            stage.awaitSteady(backends, START_LIMIT);
            stage.observe(); // the JVMs warm up
            perform(stage, backends, node1, node2);
        }
    }

    private void perform(Stage stage, List<Backend> backends, Node node1, Node node2) {
        BalancerScenes balancer = new BalancerScenes(stage, backends);
        FailoverScenes failover = new FailoverScenes(stage, watch);
        scenes.add(balancer.roundRobin("1  Round robin over three backends"));
        scenes.add(failover.crash("2a SIGKILL of the active node", node1, node2));
        scenes.add(failover.returnOf("2b The killed node returns", node1));
        scenes.add(failover.handOver("3  Hand-over on purpose (SIGTERM)", node1, node2));
        scenes.add(balancer.backendDies("4  A backend dies and returns", backends.get(1)));
    }

    private Node node(LabHost host, Path directory, String config) {
        return new Node(host.name(), host, directory, config, options.java(), timeline);
    }
}
