package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An active node is stopped for twice the time that its successor waits for, and continued: it listens first. */
class LateWakeUpIT {
    private static final double SECOND_ANNOUNCEMENT_MILLIS = 5_500; // 5 s after it became active

    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "curl");

    @ParameterizedTest(name = "with {0} as its peer")
    @EnumSource
    void whoWasAwayListensBeforeItSpeaks(Kind kind) {
        RouterConfig config = RouterConfig.of(Form.V3);
        Router away = new Router(bed, Kind.HA4J, bed.host("one", "10.77.0.1/24"));
        Router peer = new Router(bed, kind, bed.host("two", "10.77.0.2/24"));
        Wire wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
        away.start(config.priority(150)).awaitActive();
        peer.start(config.priority(100));
        double taken = wire.adverts(away.host(), 0).get(0).millis();
        double settled = Wire.now();
        Wait.until("advertisements", () -> wire.adverts(away.host(), settled).size() >= 2);

        double stopped = Wire.now();
        away.process().signal("STOP");
        peer.awaitActive();
        Wait.until(
                "twice the down interval, and its second announcement is due",
                () -> Wire.now() - stopped > 2 * downMillis(config.priority(100))
                        && Wire.now() - taken > SECOND_ANNOUNCEMENT_MILLIS);
        double woken = Wire.now();
        away.process().signal("CONT");

        away.awaitLine("Master was away for ");
        Wait.until("it says that it is a backup", () -> away.state().equals("BACKUP"));
        assertThat(away.holds()).as("the one that woke up has the address").isFalse();
        away.awaitActive(); // it preempts in the end
        peer.awaitBackup();
        List<Pcap.Frame> adverts = wire.adverts(away.host(), woken);
        assertThat(adverts.get(0).millis() - woken)
                .as("when it speaks first, ms")
                .isGreaterThan(downMillis(config.priority(150)));
        assertThat(adverts).extracting(Pcap.Frame::priority).containsOnly(150);
        assertThat(wire.awaitAnnouncement(away, woken))
                .as("when it announces the address first")
                .isGreaterThanOrEqualTo(adverts.get(0).millis());
        assertThat(away.counter("sentPriZeroPackets")).isZero();
        assertThat(away.counter("masterTransitions")).isEqualTo(2);
    }

    /** Active_Down_Interval of version 3. */
    private static double downMillis(RouterConfig config) {
        return (3 + (256 - config.priority()) / 256.0) * config.intervalSeconds() * 1000;
    }
}
