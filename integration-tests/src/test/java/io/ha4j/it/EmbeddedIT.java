package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.embedded.EmbeddedServer;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** samples/embedded: two web servers that hold their own virtual address. */
class EmbeddedIT {
    private static final String URL = "http://" + RouterConfig.VIP + ":8080/";

    @RegisterExtension
    final Testbed bed = new Testbed("curl");

    @Test
    void theAddressFollowsTheHealthyServer() {
        LabHost one = bed.host("one", "10.77.0.1/24");
        LabHost two = bed.host("two", "10.77.0.2/24");
        LabHost client = bed.host("client", "10.77.0.254/24");
        LabProcess high = bed.java(one, EmbeddedServer.class, "eth0", RouterConfig.VIP + "/24", 150);
        LabProcess low = bed.java(two, EmbeddedServer.class, "eth0", RouterConfig.VIP + "/24", 100);
        awaitAnswer(client, "hello from priority 150");

        assertThat(curl(client, "-X", "POST", "http://" + one.address() + ":8080/fail"))
                .isEqualTo("down");
        awaitAnswer(client, "hello from priority 100");
        Wait.until("the unwell node has no address", () -> !one.holds(RouterConfig.VIP));

        curl(client, "-X", "POST", "http://" + one.address() + ":8080/recover");
        awaitAnswer(client, "hello from priority 150");

        high.terminate();
        awaitAnswer(client, "hello from priority 100");
        assertThat(high.waitFor(Wait.LIMIT)).contains(128 + 15);
        assertThat(one.holds(RouterConfig.VIP)).isFalse();
        assertThat(low.isAlive()).isTrue();
    }

    private static void awaitAnswer(LabHost client, String text) {
        Wait.untilEqual(text, () -> curl(client, URL));
    }

    /** What it answers, or why it cannot. */
    private static String curl(LabHost client, String... arguments) {
        return client.exec("sh", "-c", "curl -s -S -m 2 " + String.join(" ", arguments) + " || true");
    }
}
