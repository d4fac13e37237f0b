package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IsolationTest {
    @BeforeEach
    void needsNamespaces() {
        String cause = Isolation.unavailabilityCause();
        assumeTrue(cause == null, () -> "" + cause);
    }

    @Test
    void theCommandIsTheFirstProcessOfItsWorldAndItsCodeIsHandedOn() {
        String script = "test $$ = 1 && test -n \"$HA4J_DEMO_ISOLATED\" && test -d " + Isolation.SCRATCH
                + " && ip netns add inside-only && exit 7";

        assertThat(Isolation.run(List.of("sh", "-c", script))).isEqualTo(7);

        assertThat(Command.run(List.of("ip", "netns", "list"))).doesNotContain("inside-only");
    }
}
