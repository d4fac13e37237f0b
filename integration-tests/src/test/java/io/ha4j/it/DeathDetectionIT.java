package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The end of the active node's process is noticed at once, with an advertisement every second: measured from the outside,
 * with questions every 5 ms. {@code -Dha4j.death.rounds=20} for figures.
 */
@Isolated
class DeathDetectionIT {
    private static final int ROUNDS = Integer.getInteger("ha4j.death.rounds", 2);
    private static final int PORT = 7112;
    private static final String SECRET = "correct horse battery staple";

    /** On a busy machine; by advertisements it takes 3.6 s. */
    private static final double EARLY_MILLIS = 1500;

    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "tshark", "nft", "socat", "curl", "keepalived");

    private LabHost client;
    private Router one;
    private Router two;

    @BeforeEach
    void twoNodes() {
        client = bed.host("client", "10.77.0.254/24");
        one = new Router(bed, Kind.HA4J, bed.host("one", "10.77.0.1/24"));
        two = new Router(bed, Kind.HA4J, bed.host("two", "10.77.0.2/24"));
    }

    private static RouterConfig config() {
        return with(SECRET);
    }

    private static RouterConfig with(String secret) {
        return RouterConfig.version(3)
                .interval("1")
                .inside("ha4j {\n        death_detection {\n            port " + PORT + "\n            secret \""
                        + secret + "\"\n        }\n    }");
    }

    private static String detection(Router router, String field) {
        return router.group().at("/deathDetection/" + field).asString();
    }

    private static int rank(Router router) {
        return router.group().at("/deathDetection/rank").asInt();
    }

    private static int counter(Router router, String name) {
        return router.group().at("/deathDetection/counters/" + name).asInt();
    }

    private static void awaitRank(int rank, Router backup) {
        Wait.until("rank " + rank + " of " + backup, () -> rank(backup) == rank);
    }

    @Test
    void theSuccessorOfAKilledNodeAnswersAtOnce() {
        one.start(config()).awaitActive();
        two.start(config());
        Answers answers = Answers.record(bed, client, one, two);
        List<Double> gaps = new ArrayList<>();
        Router active = one;
        Router backup = two;
        for (int round = 0; round < ROUNDS; round++) {
            answers.awaitFirst(active, Wire.now());
            awaitRank(1, backup);
            if (round == 0) { // what refuses connections for a dead process is put back with the guard
                active.host().exec("nft", "flush", "ruleset");
            }
            LabHost host = active.host();
            Wait.until(
                    "the port is guarded",
                    () -> host.exec("nft", "list", "ruleset").contains("reject with tcp reset"));
            gaps.add(killed(answers, active, backup));
            backup.awaitLine("(VI_1) the process of the active " + active.host().address());
            Router dead = active;
            Wait.until("the address is gone from the dead", () -> !dead.holds());
            dead.start(config());
            active = backup;
            backup = dead;
        }
        report("2 nodes", gaps);
    }

    /** Kills the active node; how long nobody answered. */
    private static double killed(Answers answers, Router active, Router successor) {
        double killed = Wire.now();
        active.process().kill();
        double taken = answers.awaitFirst(successor, killed);
        successor.awaitActive();
        double last = answers.last(active, killed);
        assertThat(taken - killed).as("the dead node is silent before").isGreaterThan(last);
        assertThat(taken - killed).as("long before the Active_Down_Timer").isLessThan(EARLY_MILLIS);
        return taken - killed;
    }

    private static void report(String what, List<Double> gaps) {
        List<Double> sorted = gaps.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "SIGKILL with death detection, %s, 1 s adverts: the successor answers after %.0f ms (median of %d), %.0f ms"
                        + " (worst)%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.size(),
                sorted.get(sorted.size() - 1));
    }

    /** keepalived knows nothing of it, and takes no part in it. */
    @Test
    void ofTwoSuccessorsTheFirstTakesOverBesideKeepalived() {
        Router three = new Router(bed, Kind.HA4J, bed.host("three", "10.77.0.3/24"));
        Router other = new Router(bed, Kind.KEEPALIVED, bed.host("four", "10.77.0.4/24"));
        one.start(config().priority(150)).awaitActive();
        three.start(config().priority(120));
        two.start(config().priority(110));
        other.start(RouterConfig.version(3).interval("1").priority(90));
        Answers answers = Answers.record(bed, client, one, two, three, other);
        answers.awaitFirst(one, Wire.now());
        awaitRank(1, three);
        awaitRank(2, two);
        Wait.untilEqual(List.of("10.77.0.3", "10.77.0.2"), () -> peers(one));

        double killed = Wire.now();
        report("3 nodes", List.of(killed(answers, one, three)));

        awaitRank(1, two);
        assertThat(detection(two, "peers/0")).isEqualTo("10.77.0.3");
        for (Router backup : List.of(two, other)) {
            assertThat(backup.states()).as("states of " + backup).containsExactly("BACKUP");
            assertThat(answers.of(backup, killed)).as("answers of " + backup).isEmpty();
        }
    }

    private static List<String> peers(Router active) {
        List<String> peers = new ArrayList<>();
        active.group().at("/deathDetection/peers").forEach(peer -> peers.add(peer.asString()));
        return peers;
    }

    /** Everything of the connection is reset, and of each one that is made instead of it, but the process lives. */
    @Test
    void aConnectionThatBreaksIsNoDeath() {
        one.start(config().priority(150)).awaitActive();
        two.start(config());
        awaitRank(1, two);
        one.host()
                .exec(
                        "nft",
                        "add table ip t; add chain ip t in { type filter hook input priority 0; };"
                                + " add rule ip t in tcp dport " + PORT
                                + " tcp flags & syn == 0 reject with tcp reset");

        two.write(config().priority(101).text()); // which it tells the active node
        two.command("reload");
        Wait.until("the connection is lost", () -> counter(two, "lostConnections") == 1);
        Wait.until("it is not made again", () -> detection(two, "peers/0").isEmpty());
        one.host().exec("nft", "delete table ip t");

        awaitRank(1, two);
        assertThat(counter(two, "deaths")).isZero();
        assertThat(two.states()).containsExactly("BACKUP");
    }

    /** Its connection stays, and nothing is known but that it does not advertise. */
    @Test
    void aFrozenNodeIsForTheActiveDownTimer() {
        one.start(config()).awaitActive();
        two.start(config());
        awaitRank(1, two);
        Wire wire = Wire.record(bed, client);
        wire.adverts(0);
        Wait.until("an advertisement", () -> !wire.adverts(one.host(), 0).isEmpty());
        double frozen = Wire.now();
        one.process().signal("STOP");
        double taken = wire.awaitAnnouncement(two, frozen);
        one.process().signal("CONT");
        assertThat(taken - frozen)
                .as("3.6 s after an advertisement of the last second")
                .isGreaterThan(2000);
        assertThat(counter(two, "deaths")).isZero();
    }

    @Test
    void whoDoesNotKnowTheSecretIsRefused() {
        Path handshakes = bed.file("handshakes.pcap");
        LabProcess capture = one.host().capture(handshakes, "tcp port " + PORT);
        one.start(config()).awaitActive();
        two.start(with("not the secret of the others"));
        Wait.until("the backup is refused", () -> counter(one, "refusedConnections") > 0);
        one.awaitLine("does not prove that it knows the secret of virtual router id 51");
        assertThat(detection(two, "effective")).isEqualTo("false");
        two.terminate();
        two.awaitEnd();

        two.start(config());
        awaitRank(1, two);
        capture.terminate();
        assertThat(capture.waitFor(Wait.LIMIT)).isPresent();
        two.terminate();
        two.awaitEnd();
        int refused = counter(one, "refusedConnections");
        say(hello(handshakes)); // of the connection that was accepted
        Wait.until("the repetition is refused", () -> counter(one, "refusedConnections") == refused + 1);
        say("474554202f20485454502f312e300d0a0d0a"); // GET / HTTP/1.0
        Wait.until("garbage is refused", () -> counter(one, "malformedConnections") == 1);
        assertThat(one.state()).isEqualTo("MASTER");
        assertThat(peers(one)).isEmpty();
    }

    /** The last HELLO in the capture. */
    private String hello(Path handshakes) {
        List<String> all = client.exec(
                        "tshark",
                        "-r",
                        handshakes.toString(),
                        "-Y",
                        "tcp.dstport == " + PORT + " && tcp.len == 70",
                        "-T",
                        "fields",
                        "-e",
                        "tcp.payload")
                .lines()
                .filter(line -> line.matches("[0-9a-f]{140}"))
                .toList();
        assertThat(all).hasSizeGreaterThan(1);
        return all.get(all.size() - 1);
    }

    /** Says it to the active node, from the address of the other one. */
    private void say(String hexadecimal) {
        String bytes = hexadecimal.replaceAll("(..)", "\\\\x$1");
        two.host()
                .exec(
                        "bash",
                        "-c",
                        "printf '" + bytes + "' | socat -t 2 - TCP:10.77.0.1:" + PORT + " > /dev/null || true");
    }
}
