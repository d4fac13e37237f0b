package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One configuration with everything that can be tracked, given to keepalived and to ha4j: both come to the same
 * priorities, in the eyes of a third host.
 */
class TrackingIT {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "arping");

    /** Tests run side by side, and see one another's processes. */
    private final String program = "trk" + ProcessHandle.current().pid() % 100_000 + "-" + COUNT.incrementAndGet();

    private LabHost host;
    private Wire wire;

    @BeforeEach
    void segment() throws IOException {
        host = bed.host("one", "10.77.0.1/24");
        host.exec("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth1-far");
        host.exec("ip", "link", "set", "eth1", "up");
        host.exec("ip", "link", "set", "eth1-far", "up");
        wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
        bed.write("load", "0\n");
        Files.copy(Path.of("/bin/sleep"), bed.file(program), StandardCopyOption.COPY_ATTRIBUTES);
    }

    @ParameterizedTest
    @EnumSource
    void weightsMoveThePriority(Kind kind) throws Exception {
        LabProcess process = start();
        Router router = new Router(bed, kind, host)
                .start(RouterConfig.version(3)
                        .priority(150)
                        .inside("track_script {\n good\n strange\n }")
                        .inside("track_file {\n load\n }")
                        .inside(processes(kind, "tracked"))
                        .inside("track_interface {\n eth1 weight -5\n }")
                        .with(definitions()));
        router.awaitActive();
        awaitPriority(170);

        touch("bad");
        awaitPriority(150);
        remove("bad");
        awaitPriority(170);
        touch("strange");
        awaitPriority(177);
        remove("strange");
        awaitPriority(170);
        bed.write("load", "10\n");
        awaitPriority(140);
        bed.write("load", "-20\n");
        awaitPriority(230);
        bed.write("load", "-100\n");
        awaitPriority(254);
        remove("load");
        awaitPriority(170);
        if (kind == Kind.HA4J) {
            process.kill();
            awaitPriority(159);
            start();
            awaitPriority(170);
        }
        host.exec("ip", "link", "set", "eth1", "down");
        awaitPriority(165);
        host.exec("ip", "link", "set", "eth1", "up");
        awaitPriority(170);
        touch("bad");
        host.exec("ip", "link", "set", "eth1-far", "down");
        awaitPriority(145);
    }

    @ParameterizedTest
    @EnumSource
    void whatHasNoWeightKeepsTheNodeOut(Kind kind) throws Exception {
        LabProcess process = start();
        Router router = new Router(bed, kind, host)
                .start(RouterConfig.version(3)
                        .inside("track_script {\n good weight 0\n }")
                        .inside("track_file {\n load weight 0\n }")
                        .inside(processes(kind, "tracked weight 0"))
                        .inside("track_interface {\n eth1\n }")
                        .with(definitions()));
        router.awaitActive();

        touch("bad");
        awaitFault(router);
        remove("bad");
        router.awaitActive();
        bed.write("load", "1\n");
        awaitFault(router);
        bed.write("load", "0\n");
        router.awaitActive();
        if (kind == Kind.HA4J) {
            process.kill();
            awaitFault(router);
            start();
            router.awaitActive();
        }
        host.exec("ip", "link", "set", "eth1-far", "down");
        awaitFault(router);
        touch("bad");
        router.awaitLine(kind == Kind.HA4J ? "check good is down" : "Script(good) failed");
        host.exec("ip", "link", "set", "eth1-far", "up");
        remove("bad");
        router.awaitActive();
        wire.assertSettled(2, router);
    }

    /** keepalived needs the kernel's process events, which a network namespace has not. */
    private static String processes(Kind kind, String tracked) {
        return kind == Kind.HA4J ? "track_process {\n " + tracked + "\n }" : "";
    }

    private String definitions() {
        return """
                vrrp_script good {
                    script "/bin/sh -c 'test ! -e %1$s/bad'"
                    interval 1
                    timeout 1
                    fall 2
                    weight 20
                }
                vrrp_script strange {
                    script "/bin/sh -c 'test ! -e %1$s/strange'"
                    weight -7 reverse
                }
                vrrp_track_file load {
                    file "%1$s/load"
                    weight -3
                }
                vrrp_track_process tracked {
                    process %2$s
                    weight -11
                }
                """.formatted(bed.file("").toString(), program);
    }

    private LabProcess start() {
        return host.start(bed.file(program).toString(), "1000");
    }

    private void touch(String name) {
        bed.write(name, "");
    }

    private void remove(String name) throws IOException {
        Files.delete(bed.file(name));
    }

    private void awaitFault(Router router) {
        Wait.until("FAULT and no address", () -> router.state().equals("FAULT") && !router.holds());
        List<Pcap.Frame> adverts = wire.adverts(host, 0);
        assertThat(adverts.get(adverts.size() - 1).priority())
                .as("priority of the last advertisement")
                .isZero();
    }

    private void awaitPriority(int priority) {
        Wait.until("an advertisement with priority " + priority, () -> {
            List<Pcap.Frame> adverts = wire.adverts(host, 0);
            return !adverts.isEmpty() && adverts.get(adverts.size() - 1).priority() == priority;
        });
    }
}
