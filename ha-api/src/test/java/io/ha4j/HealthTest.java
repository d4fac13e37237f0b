package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
    @Test
    void aSwitchTellsItsValueAndThenEachChangeAtOnce() {
        HealthSwitch check = HealthCheck.inProcess("db");
        List<String> seen = new ArrayList<>();
        Subscription subscription = check.subscribe((up, why) -> seen.add(up + " " + why));
        check.down("gone");
        check.down("gone again");
        check.up();
        subscription.close();
        check.down("unheard");
        assertThat(seen).containsExactly("true ", "false gone", "true ");
        assertThat(check.isUp()).isFalse();
    }

    @Test
    void aTcpCheckRefusesWhatCannotWork() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.tcp().interval(Duration.ZERO))
                .withMessage("interval must be positive, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.tcp().fall(0))
                .withMessage("fall must be at least 1, but was 0");
    }

    @Test
    void aServerNameIsAHostName() {
        TlsSettings none = TlsSettings.UNVERIFIED;
        for (String right : List.of("a", "www.example.org", "xn--bcher-kva.example", "10.0.0.1", "a".repeat(63))) {
            assertThat(none.verify(right).serverName()).isEqualTo(right);
        }
        for (String wrong : List.of("", ".", "a..b", "-a", "a-", "a_b", "a b", "bücher.example", "a".repeat(64))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> none.serverName(wrong))
                    .withMessage("serverName must be a host name, but was '" + wrong + "'");
        }
    }

    @Test
    void aBackendRefusesWhatCannotWork() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backend.of("10.0.0.1", 80).weight(70_000))
                .withMessage("weight of /10.0.0.1:80 must be in [0, 65535], but was 70000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backend.of("backend.example", 80))
                .withMessageContaining("backend.example");
        assertThatIllegalArgumentException().isThrownBy(() -> Backend.of("10.0.0.1", 0));
    }
}
