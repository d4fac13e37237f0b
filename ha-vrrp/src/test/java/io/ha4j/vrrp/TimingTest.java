package io.ha4j.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualRouter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimingTest {
    private static final long MS = 1_000_000;

    @ParameterizedTest
    @CsvSource({
        // version, priority, interval ms, skew ns, active down ns
        "2, 100, 1000,  609375000,  3609375000",
        "2, 150, 1000,  414062500,  3414062500",
        "2, 100, 5000,  609375000, 15609375000", // a part of a second, whatever the interval
        "3, 100, 1000,  609375000,  3609375000",
        "3, 100,  100,   60937500,   360937500",
        "3, 100,   10,    6093750,    36093750", // RFC in whole centiseconds: no skew at all
        "3, 101,   10,    6054687,    36054687",
        "3, 254, 40950, 319921875, 123169921875",
        "3,   1, 40950, 40790039062, 163640039062"
    })
    void rfcFormulas(int version, int priority, long intervalMs, long skewNs, long activeDownNs) {
        Timing timing = new Timing(version, priority, intervalMs * MS);

        assertThat(timing.skewNs(intervalMs * MS)).isEqualTo(skewNs);
        assertThat(timing.activeDownNs(intervalMs * MS)).isEqualTo(activeDownNs);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 100, 1000, 1230, 40_950})
    void advertisementsMeetOnAGridAndOnlyTheFirstIsEarly(long intervalMs) {
        long interval = intervalMs * MS;
        Timing timing = new Timing(3, 100, interval);

        long first = timing.nextAdvertisementNs(123_456_789);
        assertThat(first - 123_456_789).isBetween(interval - interval / 32 + 1, interval);
        assertThat(timing.nextAdvertisementNs(first)).isEqualTo(first + interval);
        assertThat(timing.nextAdvertisementNs(first + interval / 33))
                .as("a timer that is late does not move those that follow")
                .isEqualTo(first + interval);
        assertThat(timing.nextAdvertisementNs(first - interval / 33) % (interval / 32))
                .as("another virtual router's, on the same grid")
                .isEqualTo(first % (interval / 32));
    }

    @Test
    void theHandOverOutlastsEverySkewAndEndsBeforeTheLease() {
        for (int version : new int[] {2, 3}) {
            for (long intervalMs : version == 2 ? new long[] {1000, 255_000} : new long[] {10, 100, 1000, 40_950}) {
                long interval = intervalMs * MS;
                Timing mine = new Timing(version, 200, interval);
                long leaseNs = VirtualRouter.on("eth0")
                        .id(51)
                        .version(version)
                        .advertisementInterval(Duration.ofNanos(interval))
                        .build()
                        .lease()
                        .toNanos();
                for (int priority = 1; priority <= 255; priority++) {
                    Timing successor = new Timing(version, priority, interval);
                    assertThat(mine.handOverNs()).isGreaterThan(successor.skewNs(interval));
                    assertThat(leaseNs).isLessThan(successor.activeDownNs(interval));
                }
                // the last renewal was at most one interval before the priority-0 advertisement
                assertThat(mine.handOverNs()).isLessThan(leaseNs - interval);
            }
        }
    }
}
