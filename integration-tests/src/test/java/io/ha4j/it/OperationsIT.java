package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator does with a running instance: hand over, resume, reload, and scripts that are told. */
class OperationsIT {
    private static final RouterConfig CONFIG = RouterConfig.version(3);

    @RegisterExtension
    final Testbed bed = new Testbed("keepalived", "tcpdump", "arping", "socat", "curl");

    private LabHost client;
    private Router high;
    private Wire wire;

    @BeforeEach
    void segment() {
        high = new Router(bed, Kind.HA4J, bed.host("one", "10.77.0.1/24"));
        client = bed.host("client", "10.77.0.254/24");
        bed.lab().flood();
        wire = Wire.record(bed, client);
    }

    @ParameterizedTest
    @EnumSource
    void aHandOverHasNoGapAndLastsUntilItIsResumed(Kind peer) {
        high.start(CONFIG.priority(150)).awaitActive();
        Router low = new Router(bed, peer, bed.host("two", "10.77.0.2/24")).start(CONFIG.priority(100));
        Answers answers = Answers.record(bed, client, high, low);
        double asked = Wire.now();
        answers.awaitFirst(high, asked);

        String told = high.command("handover", "VI_1");
        low.awaitActive();
        high.awaitBackup();

        assertThat(told).contains("VI_1: handed over to 10.77.0.2 priority 100 in ");
        // Its priority would let it preempt within 3 intervals and its skew, which is less than one.
        wire.assertSettled(5, low, high);
        double answered = answers.awaitFirst(low, asked);
        List<Double> all = Stream.concat(answers.of(high, asked).stream(), answers.of(low, asked).stream())
                .sorted()
                .toList();
        double gap = 0;
        for (int i = 1; i < all.size(); i++) {
            gap = Math.max(gap, all.get(i) - all.get(i - 1));
        }
        double last = asked + answers.last(high, asked);
        System.out.printf(
                "hand-over to %s: longest gap between answers %.1f ms; the old node answered for %.1f ms more than the"
                        + " new one began%n",
                peer, gap, last - answered);

        assertThat(high.command("resume", "VI_1")).contains("VI_1: takes part");
        high.awaitActive();
        low.awaitBackup();
    }

    @ParameterizedTest
    @EnumSource
    void forMaintenanceTheNodeHandsOverAndStaysOut(Kind peer) {
        high.start(CONFIG.priority(150)).awaitActive();
        Router low = new Router(bed, peer, bed.host("two", "10.77.0.2/24")).start(CONFIG.priority(100));

        String told = high.command("suspend", "VI_1", "--why", "new kernel");

        assertThat(told)
                .contains("VI_1: suspended (new kernel) until 'ha4j resume VI_1'")
                .contains("handed over to 10.77.0.2");
        low.awaitActive();
        assertThat(high.group().at("/state").asString()).isEqualTo("FAULT");
        assertThat(high.group().at("/reason").asString()).isEqualTo("suspended: new kernel");
        assertThat(high.holds()).isFalse();
        high.awaitLine("suspended: new kernel");
        assertThat(high.command("reload")).isEqualTo("nothing has changed");
        wire.assertSettled(5, low, high);

        high.command("resume", "VI_1");
        high.awaitActive();
        low.awaitBackup();
    }

    @Test
    void withoutASuccessorTheNodeKeepsTheAddressAndSaysSo() {
        high.start(CONFIG.priority(150)).awaitActive();

        LabProcess handover = operate("handover", "VI_1");

        assertThat(handover.waitFor(Wait.LIMIT)).contains(1);
        assertThat(handover.tail(5)).contains("nobody took over within").contains("is active as before");
        assertThat(high.holds()).isTrue();
        assertThat(high.group().at("/state").asString()).isEqualTo("ACTIVE");
        assertThat(high.counter("masterTransitions")).isEqualTo(1);
        high.awaitLine("(VI_1) hand-over: nobody took over: active again");

        LabProcess unknown = operate("handover", "VI_9");
        assertThat(unknown.waitFor(Wait.LIMIT)).contains(1);
        assertThat(unknown.tail(5)).contains("there is no group 'VI_9', but VI_1");
    }

    @Test
    void aReloadThatAddsAnAddressCausesNoElection() {
        String text = CONFIG.priority(150).text();
        high.start(text).awaitActive();
        Router low = new Router(bed, Kind.HA4J, bed.host("two", "10.77.0.2/24")).start(CONFIG.priority(100));
        wire.assertSettled(1, high, low);
        Answers answers = Answers.record(bed, client, high, low);
        double from = Wire.now();
        answers.awaitFirst(high, from);

        high.write(text.replace(RouterConfig.VIP + "/24", RouterConfig.VIP + "/24\n 10.77.0.101/24"));
        assertThat(high.command("reload")).isEqualTo("vrrp_instance VI_1 changed, in state ACTIVE");
        assertThat(high.host().holds("10.77.0.101")).isTrue();
        wire.assertSettled(5, high, low);
        assertThat(high.command("reload")).isEqualTo("nothing has changed");

        high.write(text); // and away again, by the signal
        high.host().exec("kill", "-HUP", "" + high.process().pid());
        Wait.until("the address is gone", () -> !high.host().holds("10.77.0.101"));
        wire.assertSettled(3, high, low);

        assertThat(wire.adverts(high.host(), from))
                .isNotEmpty()
                .allSatisfy(advert -> assertThat(advert.priority()).isEqualTo(150));
        assertThat(wire.adverts(low.host(), from)).as("of the backup").isEmpty();
        assertThat(high.counter("masterTransitions")).isEqualTo(1);
        assertThat(answers.of(low, from)).as("answers of the backup").isEmpty();
        List<Double> all = answers.of(high, from);
        double gap = 0;
        for (int i = 1; i < all.size(); i++) {
            gap = Math.max(gap, all.get(i) - all.get(i - 1));
        }
        System.out.printf("reload with an address more and less: longest gap between answers %.1f ms%n", gap);
        assertThat(gap)
                .as("ms without an answer: less than a take-over would take")
                .isLessThan(600);
    }

    @Test
    void aReloadOfAWrongFileChangesNothing() {
        String text = CONFIG.priority(150).text();
        high.start(text).awaitActive();
        Path file = high.write(text.replace("priority 150", "priority 300").replace("10.77.0.100", "10.77.0.101"));

        LabProcess reload = operate("reload");

        assertThat(reload.waitFor(Wait.LIMIT)).contains(1);
        assertThat(reload.tail(5)).contains(file + ":10: priority must be in").contains("nothing has changed");
        assertThat(high.holds()).isTrue();
        assertThat(high.group().at("/state").asString()).isEqualTo("ACTIVE");
    }

    /** Another interval needs another lease: the group hands over and starts anew, and another one is added. */
    @Test
    void aReloadStartsAnewWhatCannotChangeAndAddsAndRemovesGroups() {
        String text = CONFIG.priority(150).text();
        high.start(text).awaitActive();

        String other = text.substring(text.indexOf("vrrp_instance"))
                .replace("VI_1", "VI_2")
                .replace("virtual_router_id 51", "virtual_router_id 52")
                .replace("10.77.0.100", "10.77.0.102");
        high.write(text.replace("advert_int 0.3", "advert_int 0.2") + other);
        assertThat(high.command("reload"))
                .contains("vrrp_instance VI_1 started anew: group VI_1 cannot change while it runs:"
                        + " advertisementInterval from PT0.3S to PT0.2S")
                .contains("vrrp_instance VI_2 added");
        Wait.until("both addresses", () -> high.holds() && high.host().holds("10.77.0.102"));

        high.write(text);
        assertThat(high.command("reload")).contains("vrrp_instance VI_2 removed");
        Wait.until("one address", () -> high.holds() && !high.host().holds("10.77.0.102"));
    }

    @ParameterizedTest
    @EnumSource
    void scriptsAreToldWhatKeepalivedTellsThem(Kind kind) throws IOException {
        Path log = bed.file("notified");
        Path script = bed.write("notify.sh", "#!/bin/sh\necho \"$@\" >> " + log + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        RouterConfig config = CONFIG.inside("notify_master \"" + script + " became master\"")
                .inside("notify_backup \"" + script + " became backup\"")
                .inside("notify_stop \"" + script + " stopped\"")
                .inside("notify " + script);
        Router router = kind == Kind.HA4J ? high : new Router(bed, kind, bed.host("two", "10.77.0.2/24"));

        router.start(config.text()).awaitActive();
        Wait.until("the scripts", () -> Files.readAllLines(log).size() == 4);
        router.terminate();
        router.awaitEnd();
        Wait.until("the scripts of the end", () -> Files.readAllLines(log).size() == 6);

        assertThat(Files.readAllLines(log))
                .containsExactlyInAnyOrder(
                        "became backup",
                        "INSTANCE VI_1 BACKUP 100",
                        "became master",
                        "INSTANCE VI_1 MASTER 100",
                        "stopped",
                        "INSTANCE VI_1 STOP 100");
    }

    private LabProcess operate(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of(arguments));
        command.addAll(List.of("--admin", "unix:" + bed.file("one.sock")));
        return bed.ha4j(high.host(), command.toArray(String[]::new));
    }
}
