package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.Persistence;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is remembered, for how long, and how many. */
class PersistenceTableTest {
    private static final Persistence MINUTE = Persistence.of(Duration.ofMinutes(1));

    private final Target a = new Target(Backend.of("10.0.0.1", 80), true, "");
    private final Target b = new Target(Backend.of("10.0.0.2", 80), true, "");
    private long now = -5; // nanoTime may be negative

    private PersistenceTable table(Persistence settings) {
        return new PersistenceTable(settings, () -> now);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private static InetAddress ip(String literal) {
        return new InetSocketAddress(literal, 0).getAddress();
    }

    @Test
    void aClientIsForgottenTheTimeoutAfterItsLastConnection() {
        PersistenceTable table = table(MINUTE);
        InetAddress client = ip("192.0.2.1");
        assertThat(table.backendOf(client)).isNull();
        assertThat(table.enter(client, null, a)).isTrue();
        assertThat(table.enter(client, a, a)).isTrue();
        for (int i = 0; i < 5; i++) { // connections that last
            pass(59);
            table.expire();
            pass(2);
            assertThat(table.size()).isEqualTo(1);
        }
        table.leave(client);
        pass(61);
        table.expire();
        assertThat(table.backendOf(client)).isSameAs(a);
        table.leave(client);
        pass(59);
        table.expire();
        assertThat(table.backendOf(client)).isSameAs(a);
        pass(60);
        assertThat(table.backendOf(client)).isNull();
        assertThat(table.enter(client, null, b)).isTrue();
        table.leave(client);
        pass(60);
        table.expire();
        assertThat(table.size()).isZero();
    }

    /** Two connections of a client begin at the same time: one backend for both. */
    @Test
    void whoComesSecondIsTold() {
        PersistenceTable table = table(MINUTE);
        InetAddress client = ip("192.0.2.1");
        assertThat(table.enter(client, null, a)).isTrue();
        assertThat(table.enter(client, null, b)).isFalse();
        assertThat(table.backendOf(client)).isSameAs(a);
        assertThat(table.enter(client, a, b)).isTrue();
        assertThat(table.backendOf(client)).isSameAs(b);
    }

    @Test
    void whenItIsFullTheOneThatIsIdleForTheLongestTimeGoes() {
        PersistenceTable table = table(MINUTE.maxEntries(3));
        for (String client : List.of("192.0.2.1", "192.0.2.2", "192.0.2.3")) {
            table.enter(ip(client), null, a);
        }
        table.leave(ip("192.0.2.2"));
        pass(1);
        table.leave(ip("192.0.2.3"));
        assertThat(table.enter(ip("192.0.2.4"), null, b)).isTrue();
        assertThat(table.size()).isEqualTo(3);
        assertThat(table.backendOf(ip("192.0.2.2"))).isNull();
        assertThat(table.enter(ip("192.0.2.5"), null, b)).isTrue();
        assertThat(table.enter(ip("192.0.2.6"), null, b)).isTrue(); // served, but all others have connections
        assertThat(table.backendOf(ip("192.0.2.6"))).isNull();
        table.leave(ip("192.0.2.6"));
        assertThat(table.backendOf(ip("192.0.2.1"))).isSameAs(a);
        assertThat(table.backendOf(ip("192.0.2.5"))).isSameAs(b);
        assertThat(table.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "32, 128, 192.0.2.1, 192.0.2.2, false",
        "31, 128, 192.0.2.2, 192.0.2.3, true",
        "24, 128, 192.0.2.1, 192.0.2.255, true",
        "24, 128, 192.0.2.1, 192.0.3.1, false",
        "1, 128, 1.2.3.4, 127.2.3.4, true",
        "1, 128, 1.2.3.4, 128.2.3.4, false",
        "32, 128, 2001:db8::1, 2001:db8::2, false",
        "32, 127, 2001:db8::2, 2001:db8::3, true",
        "32, 64, 2001:db8::1, 2001:db8::ffff:0:0:1, true",
        "32, 64, 2001:db8::1, 2001:db8:0:1::1, false",
        "32, 65, 2001:db8::1, 2001:db8::8000:0:0:1, false",
        "32, 1, 2001:db8::1, 7fff::1, true",
        "32, 1, 2001:db8::1, ffff::1, false",
    })
    void aClientIsAsManyAddressesAsTheMaskSays(int ipv4, int ipv6, String one, String other, boolean same) {
        PersistenceTable table = table(MINUTE.ipv4Prefix(ipv4).ipv6Prefix(ipv6));
        table.enter(ip(one), null, a);
        assertThat(table.backendOf(ip(other)) == a).isEqualTo(same);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> Persistence.of(Duration.ofDays(32)))
                .hasMessage("persistence timeout must be in [0, 31 days], but was PT768H");
        assertThatThrownBy(() -> MINUTE.ipv4Prefix(0)).hasMessage("ipv4Prefix must be in [1, 32], but was 0");
        assertThatThrownBy(() -> MINUTE.ipv6Prefix(129)).hasMessage("ipv6Prefix must be in [1, 128], but was 129");
        assertThatThrownBy(() -> MINUTE.maxEntries(0)).hasMessage("maxEntries must be 1 or more, but was 0");
    }
}
