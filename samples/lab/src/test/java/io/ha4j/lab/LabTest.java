package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LabTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @BeforeEach
    void needsNamespaces() {
        String cause = Lab.unavailabilityCause();
        assumeTrue(cause == null, () -> "" + cause);
    }

    @Test
    void hostsReachOneAnother() {
        try (Lab lab = Lab.create()) {
            LabHost a = lab.host("a", "10.77.0.1/24");
            LabHost b = lab.host("b", "10.77.0.2/24", "fd77::2/64");
            LabProcess server = b.start("server", java().small(WebServer.class, "0.0.0.0", 80, "b"), line -> {});
            server.awaitLine("ready", LIMIT);
            LabProcess client =
                    a.start("client", java().small(LoadClient.class, b.address(), 80, 100, 2, 1000), line -> {});

            client.awaitLine(line -> line.text().contains("b="), LIMIT);

            assertThat(a.neighbour(b.address())).contains(b.mac());
            assertThat(a.neighbour("10.77.0.3")).isEmpty();
            assertThat(b.holds("10.77.0.2")).isTrue();
            assertThat(b.currentAddresses()).contains("10.77.0.2/24", "fd77::2/64");
        }
    }

    @Test
    void labsDoNotSeeOneAnother() {
        try (Lab one = Lab.create();
                Lab other = Lab.create()) {
            LabHost a = one.host("a", "10.77.0.1/24");
            LabHost b = other.host("a", "10.77.0.2/24");

            assertThat(a.namespace()).isNotEqualTo(b.namespace());
            LabProcess client =
                    a.start("client", java().small(LoadClient.class, b.address(), 80, 50, 1, 200), line -> {});
            client.awaitLine(line -> line.text().startsWith("F "), LIMIT);
            assertThat(a.neighbour(b.address())).isEmpty();
        }
    }

    @Test
    void aPulledCableIsLostCarrier() {
        try (Lab lab = Lab.create()) {
            LabHost a = lab.host("a", "10.77.0.1/24");

            a.unplug();
            assertThat(a.exec("ip", "link", "show", LabHost.INTERFACE)).contains("NO-CARRIER");

            a.plug();
            assertThat(a.exec("ip", "link", "show", LabHost.INTERFACE)).doesNotContain("NO-CARRIER");
        }
    }

    @Test
    void nothingIsLeftBehindWhenTheBodyThrows() throws IOException {
        String[] name = new String[1];
        LabProcess[] process = new LabProcess[1];
        long[] grandchild = new long[1];

        assertThatThrownBy(() -> {
                    try (Lab lab = Lab.create()) {
                        name[0] = lab.name();
                        LabHost a = lab.host("a", "10.77.0.1/24");
                        process[0] = a.start("sh", "-c", "sleep 1000 & echo $!; wait");
                        grandchild[0] = Long.parseLong(
                                process[0].awaitLine(line -> true, LIMIT).text());
                        awaitCommandLine(grandchild[0]);
                        throw new IllegalStateException("a test fails");
                    }
                })
                .hasMessage("a test fails");

        assertThat(Command.run(List.of("ip", "netns", "list"))).doesNotContain(name[0] + "-");
        assertThat(process[0].isAlive()).isFalse();
        assertThat(commandLine(grandchild[0])).isEmpty();
    }

    @Test
    void aProcessThatEndsIsShownWithItsLastLines() {
        try (Lab lab = Lab.create()) {
            LabProcess process = lab.host("a", "10.77.0.1/24").start("sh", "-c", "echo the reason; exit 3");

            assertThatThrownBy(() -> process.awaitLine("ready", LIMIT))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("sh ended without a line with \"ready\"")
                    .hasMessageContaining("the reason");
            assertThat(process.waitFor(LIMIT)).contains(3);
        }
    }

    @Test
    void aHostsNameFitsAnInterface() {
        try (Lab lab = Lab.create()) {
            assertThatThrownBy(() -> lab.host("sixteen-letters-", "10.77.0.1/24"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sixteen-letters-");
        }
    }

    /** Empty also for a process that has ended and that nobody has waited for yet, see proc(5). */
    /** Between fork(2) and the end of execve(2) it has none. */
    private static void awaitCommandLine(long pid) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (commandLine(pid).isEmpty()) {
            assertThat(System.nanoTime())
                    .as("process %d has a command line", pid)
                    .isLessThan(end);
        }
    }

    private static String commandLine(long pid) throws IOException {
        Path file = Path.of("/proc/" + pid + "/cmdline");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static JavaCommand java() {
        return JavaCommand.ofThisJvm(Demo.class.getName());
    }
}
