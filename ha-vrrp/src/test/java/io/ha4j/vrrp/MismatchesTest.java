package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Mismatch;
import io.ha4j.Mismatch.Kind;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MismatchesTest {
    private static final InetAddress PEER = ip("10.77.0.1");

    private final FakeLoop loop = new FakeLoop();
    private final Mismatches mismatches = new Mismatches(loop);

    private void pass(Duration time) {
        loop.nowNs += time.toNanos();
    }

    @Test
    void isToldAtOnceAndEveryTenMinutesWhileItLasts() {
        assertThat(mismatches.seen(Kind.VERSION, PEER, 0, "first")).isNotNull();
        int told = 0;
        for (int second = 1; second <= 1800; second++) {
            pass(Duration.ofSeconds(1));
            told += mismatches.seen(Kind.VERSION, PEER, 0, "again") == null ? 0 : 1;
        }
        assertThat(told).isEqualTo(3);
        assertThat(mismatches.snapshot()).singleElement().satisfies(it -> {
            assertThat(it.count()).isEqualTo(1801);
            assertThat(it.detail()).isEqualTo("again");
        });
    }

    @Test
    void whatIsNotWrongIsToldOnce() {
        assertThat(mismatches.seen(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 52, "")).isNotNull();
        for (int second = 1; second <= 1800; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(mismatches.seen(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 52, ""))
                    .isNull();
        }
    }

    @Test
    void isForgottenTenMinutesAfterTheLastAndThenNewAgain() {
        mismatches.seen(Kind.CHECKSUM_FORM, PEER, 0, "");
        pass(Duration.ofSeconds(599));
        assertThat(mismatches.snapshot()).hasSize(1);
        pass(Duration.ofSeconds(1));
        assertThat(mismatches.snapshot()).isEmpty();
        assertThat(mismatches.seen(Kind.CHECKSUM_FORM, PEER, 0, "")).isNotNull();
        pass(Duration.ofMinutes(10));
        assertThat(mismatches.seen(Kind.CHECKSUM_FORM, PEER, 0, ""))
                .as("without a look in between")
                .extracting(Mismatch::count)
                .isEqualTo(1L);
    }

    @Test
    void aFloodOfInventedNodesIsToldOncePerSecondAndLeavesNoMoreThanTheLastFew() {
        int told = 0;
        for (int i = 0; i < 10_000; i++) {
            InetAddress invented = ip("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256);
            told += mismatches.seen(Kind.VERSION, invented, 0, "") == null ? 0 : 1;
            pass(Duration.ofMillis(1));
        }
        assertThat(told).isEqualTo(10);
        assertThat(mismatches.snapshot()).hasSize(Mismatches.MAX);
    }

    @Test
    void differentKindsNodesAndSubjectsAreKeptApart() {
        mismatches.seen(Kind.VERSION, PEER, 0, "");
        mismatches.seen(Kind.INTERVAL, PEER, 0, "");
        mismatches.seen(Kind.VERSION, ip("10.77.0.2"), 0, "");
        mismatches.seen(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 52, "");
        mismatches.seen(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 53, "");
        assertThat(mismatches.snapshot()).hasSize(5);
    }
}
