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

    private boolean told(Kind kind, InetAddress from, int subject) {
        boolean due = mismatches.seen(kind, from, subject);
        if (due) {
            mismatches.tell(kind, from, subject, "detail");
        }
        return due;
    }

    @Test
    void isToldAtOnceAndEveryTenMinutesWhileItLasts() {
        assertThat(told(Kind.VERSION, PEER, 0)).isTrue();
        int told = 0;
        for (int second = 1; second <= 1800; second++) {
            pass(Duration.ofSeconds(1));
            told += told(Kind.VERSION, PEER, 0) ? 1 : 0;
        }
        assertThat(told).isEqualTo(3);
        assertThat(mismatches.snapshot()).singleElement().satisfies(it -> {
            assertThat(it.count()).isEqualTo(1801);
            assertThat(it.detail()).isEqualTo("detail");
        });
    }

    @Test
    void whatIsNotWrongIsToldOnce() {
        assertThat(told(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 52)).isTrue();
        for (int second = 1; second <= 1800; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(told(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 52)).isFalse();
        }
    }

    @Test
    void isForgottenTenMinutesAfterTheLastAndThenNewAgain() {
        told(Kind.CHECKSUM_FORM, PEER, 0);
        pass(Duration.ofSeconds(599));
        assertThat(mismatches.snapshot()).hasSize(1);
        pass(Duration.ofSeconds(1));
        assertThat(mismatches.snapshot()).isEmpty();
        assertThat(mismatches.seen(Kind.CHECKSUM_FORM, PEER, 0)).isTrue();
        pass(Duration.ofMinutes(10));
        assertThat(told(Kind.CHECKSUM_FORM, PEER, 0))
                .as("without a look in between")
                .isTrue();
        assertThat(mismatches.snapshot()).extracting(Mismatch::count).containsExactly(1L);
    }

    @Test
    void aFloodOfInventedNodesIsToldOncePerSecondAndLeavesNoMoreThanTheLastFew() {
        int told = 0;
        for (int i = 0; i < 10_000; i++) {
            InetAddress invented = ip("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256);
            told += told(Kind.VERSION, invented, 0) ? 1 : 0;
            pass(Duration.ofMillis(1));
        }
        assertThat(told).isEqualTo(10);
        assertThat(mismatches.snapshot()).as("those of them that were told").hasSize(10);
    }

    @Test
    void differentKindsNodesAndSubjectsAreKeptApart() {
        told(Kind.VERSION, PEER, 0);
        told(Kind.INTERVAL, PEER, 0);
        pass(Duration.ofSeconds(1)); // one event of a kind in a second
        told(Kind.VERSION, ip("10.77.0.2"), 0);
        told(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 52);
        pass(Duration.ofSeconds(1));
        told(Kind.FOREIGN_VIRTUAL_ROUTER, PEER, 53);
        assertThat(mismatches.snapshot()).hasSize(5);
    }
}
