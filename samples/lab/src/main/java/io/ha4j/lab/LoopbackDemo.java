package io.ha4j.lab;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The part of the demo that needs no namespaces: one balancer and three backends on loopback addresses. */
final class LoopbackDemo {
    static final String NOT_SHOWN = "the virtual address and its moves (SIGKILL, hand-over)";
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Demo.Options options;
    private final Timeline timeline;
    private final List<Scene> scenes = new ArrayList<>();

    LoopbackDemo(Demo.Options options, Timeline timeline) {
        this.options = options;
        this.timeline = timeline;
    }

    List<Scene> scenes() {
        return scenes;
    }

    void run(Path directory) {
        timeline.headline("Setting up: a balancer and three backends on 127.0.0.1");
        Machine here = new Machine.Loopback();
        List<Backend> backends = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            Backend backend = new Backend("b" + number, here, 0, options.java(), timeline);
            backend.start();
            backends.add(backend);
        }
        backends.forEach(Backend::awaitReady);
        int port = freePort();
        String config = NodeConfig.virtualServer(here.address(), port, backends);
        Node balancer = new Node("node1", here, directory, config, options.java(), timeline);
        balancer.start();
        Stage stage = new Stage(timeline, () -> VipWatch.NOBODY, options);
        stage.startClient(here, here.address(), port);
        try {
            stage.awaitSteady(backends, START_LIMIT);
        } catch (LabException e) {
            throw new LabException(
                    e.getMessage() + "the balancer's last lines:\n"
                            + balancer.process().tail(12),
                    e);
        }
        stage.observe(); // the JVMs warm up
        BalancerScenes play = new BalancerScenes(stage, backends);
        scenes.add(play.roundRobin("1  Round robin over three backends"));
        scenes.add(play.backendDies("4  A backend dies and returns", backends.get(1)));
    }

    /** Free at this moment; the balancer's configuration needs a number. */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new LabException("cannot find a free port: " + e.getMessage(), e);
        }
    }
}
