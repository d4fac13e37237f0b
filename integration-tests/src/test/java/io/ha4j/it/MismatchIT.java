package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Each way of configuring a neighbour wrongly is told: by the log, the counters and the status. */
class MismatchIT {
    private static final String PASSWORD = "authentication {\n auth_type PASS\n auth_pass %s\n }";

    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "socat", "curl");

    private Router router;

    @BeforeEach
    void node() {
        router = new Router(bed, Router.Kind.HA4J, bed.host("one", "10.77.0.2/24"));
    }

    static Stream<Arguments> wrongNeighbours() {
        RouterConfig v2 = RouterConfig.version(2);
        RouterConfig v3 = RouterConfig.version(3);
        return Stream.of(
                Arguments.of("VERSION", "versionErrors", v3, v2),
                Arguments.of("VERSION", "versionErrors", v2, v3),
                Arguments.of("INTERVAL", "advIntervalErrors", v2, v2.interval("2")),
                Arguments.of("INTERVAL", "advIntervalErrors", v3, v3.interval("0.5")),
                Arguments.of("ADDRESS_LIST", "addressListErrors", v3, v3),
                Arguments.of("AUTHENTICATION", "authTypeMismatch", v2, v2.inside(PASSWORD.formatted("abc"))),
                Arguments.of(
                        "AUTHENTICATION",
                        "authFailures",
                        v2.inside(PASSWORD.formatted("right")),
                        v2.inside(PASSWORD.formatted("wrong"))),
                Arguments.of("FOREIGN_VIRTUAL_ROUTER", "vrIdErrors", v3, v3),
                Arguments.of("TRANSPORT", "unicastErrors", v3, v3));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("wrongNeighbours")
    void aKeepalivedThatIsConfiguredWronglyIsTold(String kind, String counter, RouterConfig ours, RouterConfig theirs) {
        router.start(ours.priority(100)).awaitActive();
        // Higher, so that it becomes active and is heard.
        Router keepalived = new Router(bed, Kind.KEEPALIVED, bed.host("two", "10.77.0.1/24"))
                .start(wrong(kind, theirs.priority(150)));

        Wait.until("the mismatch in the status", () -> !mismatches(kind).isEmpty());

        JsonNode mismatch = mismatches(kind).get(0);
        assertThat(mismatch.at("/from").asString()).isEqualTo("10.77.0.1");
        assertThat(mismatch.at("/count").asLong()).isPositive();
        assertThat(router.counter(counter)).isPositive();
        router.awaitLine("advert from 10.77.0.1, "
                + kind.toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ": ");
        assertThat(logged("advert from 10.77.0.1, ")).as("lines of the log").hasSize(1);
        assertThat(router.command("status"))
                .contains("  mismatch   ")
                .contains(mismatch.at("/detail").asString());
        assertThat(keepalived.process().isAlive()).isTrue();
    }

    private static String wrong(String kind, RouterConfig config) {
        return switch (kind) {
            case "ADDRESS_LIST" -> config.text().replace(RouterConfig.VIP + "/24", "10.77.0.101/24");
            case "FOREIGN_VIRTUAL_ROUTER" -> config.text().replace("virtual_router_id 51", "virtual_router_id 52");
            case "TRANSPORT" ->
                config.inside("unicast_src_ip 10.77.0.1\n    unicast_peer {\n        10.77.0.2\n    }")
                        .text();
            default -> config.text();
        };
    }

    /** keepalived has no setting for it. */
    @Test
    void theOtherFormOfTheChecksumIsTold() {
        router.start(RouterConfig.version(3)).awaitActive();
        VrrpSender peer = new VrrpSender(bed, bed.host("peer", "10.77.0.1/24"));

        peer.send(Advert.strongest(3).bytes());
        peer.send(Advert.strongest(3).bytes());

        Wait.until(
                "both are counted",
                () -> mismatches("CHECKSUM_FORM").stream()
                        .anyMatch(it -> it.at("/count").asLong() == 2));
        assertThat(logged("advert from 10.77.0.1, checksum form")).hasSize(1);
        assertThat(router.counter("rcvdMessageOnlyChecksums")).isEqualTo(2);
        assertThat(router.errors()).isEmpty();
    }

    private List<String> logged(String text) {
        return router.process().lines().stream()
                .map(line -> line.text())
                .filter(line -> line.contains(text))
                .toList();
    }

    private List<JsonNode> mismatches(String kind) {
        return router.group()
                .at("/mismatches")
                .valueStream()
                .filter(it -> it.at("/kind").asString().equals(kind))
                .toList();
    }
}
