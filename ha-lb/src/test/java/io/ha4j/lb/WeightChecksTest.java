package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.BackendState;
import io.ha4j.BalancerEvent.BackendChanged;
import io.ha4j.BalancerSnapshot.BackendSnapshot;
import io.ha4j.CheckSchedule;
import io.ha4j.HealthCheck;
import io.ha4j.HealthSwitch;
import io.ha4j.LoadBalancer;
import io.ha4j.NetworkCheck;
import io.ha4j.ScriptCheck;
import io.ha4j.lb.Peer.Ending;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks that say a weight, several checks of one backend, and what is believed before the first look. */
@Timeout(60)
class WeightChecksTest {
    private static LoadBalancer start(Events events, Backend backend) {
        return LoadBalancer.builder("web")
                .listen("127.0.0.1", 0)
                .onEvent(events)
                .backend(backend)
                .start();
    }

    private static void awaitWeight(LoadBalancer balancer, int weight) {
        Await.until("weight " + weight, () -> Verdict.backend(balancer).weight() == weight);
    }

    @Test
    void anExitCodeSaysTheWeight(@TempDir Path directory) throws Exception {
        Events events = new Events();
        Path code = Files.writeString(directory.resolve("code"), "0");
        ScriptCheck check = HealthCheck.script("agent", "/bin/sh", "-c", "exit $(cat " + code + ")")
                .interval(Duration.ofMillis(20))
                .timeout(Duration.ofSeconds(20))
                .weightByExitCode(true);
        try (LoadBalancer balancer =
                start(events, Backend.of("127.0.0.1", 1).weight(7).check(check))) {
            events.await(BackendChanged.class, change -> change.to() == BackendState.UP);
            awaitWeight(balancer, 7);
            replace(code, "12");
            awaitWeight(balancer, 10);
            BackendSnapshot backend = Verdict.backend(balancer);
            assertThat(backend.configuredWeight()).isEqualTo(7);
            assertThat(backend.state()).isEqualTo(BackendState.UP);
            replace(code, "2");
            awaitWeight(balancer, 0);
            balancer.setWeight(backend.address(), 9);
            replace(code, "0");
            awaitWeight(balancer, 9);
            replace(code, "1");
            events.await(BackendChanged.class, change -> change.to() == BackendState.DOWN);
        }
    }

    private static void replace(Path file, String text) throws Exception {
        Path next = Files.writeString(file.resolveSibling("next"), text);
        Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void theApplicationSaysItsWeightAtOnce() throws Exception {
        Events events = new Events();
        HealthSwitch flip = HealthCheck.inProcess("app");
        try (ServerSocket server = Route.server();
                LoadBalancer balancer =
                        start(events, Route.backend(server).weight(5).check(flip))) {
            flip.up(0);
            assertThat(Verdict.backend(balancer).weight()).isZero();
            try (Peer client = Peer.connect(balancer.snapshot().listeners().get(0))) {
                assertThat(client.fin().receiveAll().ending()).isEqualTo(Ending.RST);
            }
            flip.up(20);
            assertThat(Verdict.backend(balancer).weight()).isEqualTo(20);
            flip.up();
            assertThat(Verdict.backend(balancer).weight()).isEqualTo(5);
        }
    }

    @Test
    void ofSeveralChecksAllMustBeUp() throws Exception {
        Events events = new Events();
        HealthSwitch one = HealthCheck.inProcess("one");
        HealthSwitch two = HealthCheck.inProcess("two");
        NetworkCheck<?> connect =
                HealthCheck.tcp().interval(Duration.ofMillis(20)).timeout(Duration.ofSeconds(20));
        try (ServerSocket server = Route.server();
                LoadBalancer balancer =
                        start(events, Route.backend(server).weight(5).check(HealthCheck.all(one, connect, two)))) {
            events.await(BackendChanged.class, change -> change.to() == BackendState.UP);
            assertThat(Verdict.backend(balancer).check()).isEqualTo("one+tcp+two");
            one.down("a");
            two.down("b");
            one.up();
            assertThat(Verdict.backend(balancer).detail()).isEqualTo("two: b");
            assertThat(Verdict.backend(balancer).state()).isEqualTo(BackendState.DOWN);
            one.up(3);
            two.up(2);
            assertThat(Verdict.backend(balancer).state()).isEqualTo(BackendState.UP);
            assertThat(Verdict.backend(balancer).weight()).isEqualTo(2);
            server.close();
            events.await(BackendChanged.class, change -> change.detail().contains("ECONNREFUSED"));
        }
    }

    @Test
    void aBackendCanBeginUpAndItsCheckLate() throws Exception {
        Events events = new Events();
        CheckSchedule late = CheckSchedule.DEFAULT.warmUp(Duration.ofDays(1)).initiallyUp(true);
        try (LoadBalancer balancer =
                start(events, Backend.of("127.0.0.1", 1).check(HealthCheck.tcp().schedule(late)))) {
            assertThat(Verdict.backend(balancer).state()).isEqualTo(BackendState.UP);
            assertThat(Verdict.backend(balancer).detail()).isEqualTo("not checked yet");
        }
        CheckSchedule soon = CheckSchedule.DEFAULT
                .interval(Duration.ofMillis(5))
                .timeout(Duration.ofSeconds(20))
                .jitterPercent(50)
                .initiallyUp(true);
        try (LoadBalancer balancer =
                start(events, Backend.of("127.0.0.1", 1).check(HealthCheck.tcp().schedule(soon)))) {
            BackendChanged down = events.await(BackendChanged.class);
            assertThat(List.of(down.from(), down.to())).containsExactly(BackendState.UP, BackendState.DOWN);
        }
    }

    /** What this machine lacks is told, and says nothing about the backend. */
    @Test
    void aSourceThatIsNotThereIsNoFailure() throws Exception {
        try (ServerSocket server = Route.server()) {
            NetworkCheck<?> check =
                    Verdict.patient(HealthCheck.tcp().from(java.net.InetAddress.getByName("192.0.2.1")));
            assertThat(Verdict.of(server.getLocalPort(), check))
                    .isEqualTo("DOWN connect to 127.0.0.1:" + server.getLocalPort() + ": EADDRNOTAVAIL");
            CheckSchedule once = check.schedule().fall(1).initiallyUp(true);
            assertThat(Verdict.of(
                            server.getLocalPort(),
                            HealthCheck.tcp().route(check.route()).schedule(once)))
                    .startsWith("UP connect to ");
            NetworkCheck<?> own = Verdict.patient(HealthCheck.tcp().from(java.net.InetAddress.getByName("127.0.0.2")));
            assertThat(Verdict.of(server.getLocalPort(), own)).isEqualTo("UP connected");
        }
    }
}
