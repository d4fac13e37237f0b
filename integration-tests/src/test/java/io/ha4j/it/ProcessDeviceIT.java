package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Without the kernel's guard the address is on a device that goes with the process: judged from the outside, by answers
 * to ARP and echo requests. {@code -Dha4j.tun.rounds=10} for figures.
 */
class ProcessDeviceIT {
    private static final int ROUNDS = Integer.getInteger("ha4j.tun.rounds", 1);

    /** The lifetime is 15 s and is renewed every 5 s, so that it alone would let a dead node answer for 10 s or more. */
    private static final String INTERVAL = "5";

    private static final double FAR_BELOW_THE_LIFETIME_MILLIS = 5000;

    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "socat", "curl", "keepalived");

    private LabHost client;
    private LabHost one;
    private Router first;

    @BeforeEach
    void hosts() {
        assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        client = bed.host("client", "10.77.0.254/24");
        one = bed.host("one", "10.77.0.1/24");
        first = new Router(bed, Kind.HA4J, one).options("-Dha4j.guard=off");
    }

    private String addresses() {
        return one.exec("ip", "-br", "addr");
    }

    private String lease() {
        return first.group().at("/lease").asString();
    }

    /** It is the only node, and as the owner of the address active at once. */
    @Test
    void aKilledNodeIsSilentLongBeforeTheLifetimeOfTheAddressEnds() {
        RouterConfig config = RouterConfig.version(3).interval(INTERVAL).priority(255);
        List<Double> last = new ArrayList<>();
        Answers answers = Answers.record(bed, client, first);
        for (int round = 0; round < ROUNDS; round++) {
            first.start(config).awaitActive();
            assertThat(addresses()).containsPattern("ha4j0 .* 10\\.77\\.0\\.100/32");
            assertThat(lease())
                    .isEqualTo("process-held device and address lifetime, 15 s: silent when the process ends, not when"
                            + " it freezes (ha4j0): the guard is switched off (ha4j.guard=off)");
            answers.awaitFirst(first, Wire.now());

            double killed = Wire.now();
            first.process().kill();
            Wait.until("device and address are gone", () -> !addresses().contains("ha4j") && !first.holds());
            assertThat(Wire.now() - killed).isLessThan(FAR_BELOW_THE_LIFETIME_MILLIS);
            last.add(answers.last(first, killed));
        }
        System.out.printf(Locale.ROOT, "SIGKILL, process-held device: last answer after %s ms%n", last);
        assertThat(last).allMatch(millis -> millis < FAR_BELOW_THE_LIFETIME_MILLIS);
        double afterwards = Wire.now();
        first.start(config.priority(100)); // has nothing to clean up, and waits its turn
        assertThat(first.state()).isEqualTo("BACKUP");
        assertThat(answers.of(first, afterwards)).isEmpty();
    }

    /** To keepalived: the node answers until its successor is heard, and leaves nothing. */
    @Test
    void aPlannedHandOverHasNoGap() {
        Router second = new Router(bed, Kind.KEEPALIVED, bed.host("two", "10.77.0.2/24"));
        RouterConfig config = RouterConfig.version(3).interval("1");
        first.start(config.priority(150)).awaitActive();
        second.start(config);
        Answers answers = Answers.record(bed, client, first, second);
        answers.awaitFirst(first, Wire.now());

        double stopped = Wire.now();
        first.terminate();
        double taken = answers.awaitFirst(second, stopped);
        first.awaitEnd();

        double last = stopped + answers.last(first, stopped);
        System.out.printf(Locale.ROOT, "hand-over, process-held device: %.1f ms without an answer%n", taken - last);
        assertThat(taken - last).isLessThan(500); // keepalived's own: 630 ms
        assertThat(addresses()).doesNotContain("ha4j", RouterConfig.VIP);
    }

    @Test
    void whereItCannotBeHadStatusSaysWhy() {
        first.before("unshare", "-m", "sh", "-c", "mount -t tmpfs none /dev/net && exec \"$@\"", "sh");
        first.start(RouterConfig.version(3).interval(INTERVAL));
        String why = "address lifetime only, 15 s: the guard is switched off (ha4j.guard=off); no process-held device"
                + " for 10.77.0.100: open(/dev/net/tun): ENOENT (No such file or directory)";
        assertThat(lease()).isEqualTo(why);
        assertThat(first.command("status")).contains("lease      " + why);
        first.awaitLine("VI_1: a node that dies keeps its addresses until their lifetime ends: " + why);
    }
}
