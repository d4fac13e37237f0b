package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VipWatchTest {
    private static final String VIP = "10.77.0.100";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Timeline timeline = new Timeline(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), false, System.nanoTime());
    private final VipWatch watch = new VipWatch(VIP, timeline);

    @BeforeEach
    void needsNamespaces() {
        String cause = Lab.unavailabilityCause();
        assumeTrue(cause == null, () -> "" + cause);
    }

    @Test
    void theHolderHasTheAddressAndGetsTheClientsPackets() {
        try (Lab lab = Lab.create()) {
            LabHost client = lab.host("client", "10.77.0.1/24");
            LabHost node1 = lab.host("node1", "10.77.0.11/24");
            LabHost node2 = lab.host("node2", "10.77.0.12/24");
            LabProcess process1 = node1.start("sleep", "1000");
            LabProcess process2 = node2.start("sleep", "1000");
            watch.watchNode(node1);
            watch.watchNode(node2);
            watch.watchClient(client);
            assertThat(watch.holder()).isEqualTo(VipWatch.NOBODY);

            node1.exec("ip", "addr", "add", VIP + "/24", "dev", LabHost.INTERFACE);
            learn(client, node1);
            long first = watch.awaitHolder("node1", process1, LIMIT);

            // As after a crash: the address stays on node1, the client has learnt the successor.
            learn(client, node2);
            assertThatThrownBy(() -> watch.awaitHolder("node2", process2, Duration.ofMillis(50)))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("is not on node2");
            node2.exec("ip", "addr", "add", VIP + "/24", "dev", LabHost.INTERFACE);

            assertThat(watch.awaitHolder("node2", process2, LIMIT)).isGreaterThan(first);
            assertThat(watch.history()).extracting(VipWatch.Holder::node).containsExactly("node1", "node2");
        }
    }

    @Test
    void aNodeThatEndsIsNotAwaited() {
        try (Lab lab = Lab.create()) {
            LabProcess process = lab.host("node1", "10.77.0.11/24").start("sh", "-c", "echo no such interface");
            assertThat(process.waitFor(LIMIT)).contains(0);

            assertThatThrownBy(() -> watch.awaitHolder("node1", process, LIMIT))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("node1 has ended")
                    .hasMessageContaining("no such interface");
        }
    }

    private static void learn(LabHost client, LabHost node) {
        client.exec("ip", "neigh", "replace", VIP, "lladdr", node.mac(), "dev", LabHost.INTERFACE, "nud", "reachable");
    }
}
