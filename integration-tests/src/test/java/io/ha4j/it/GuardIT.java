package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel answers for the virtual address only while advertisements leave the node: measured from the outside, with
 * questions every 5 ms. {@code -Dha4j.guard.rounds=20} for figures.
 */
@Isolated
class GuardIT {
    private static final int ROUNDS = Integer.getInteger("ha4j.guard.rounds", 2);

    private static final double AT_ONCE_MILLIS = 50;

    /** On a busy machine: the kernel takes a process's threads and memory down before it closes its sockets. */
    private static final double END_OF_A_PROCESS_MILLIS = 1000;

    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "nft", "socat", "curl");

    private LabHost client;
    private Router first;
    private Router second;

    @BeforeEach
    void twoNodes() {
        client = bed.host("client", "10.77.0.254/24");
        first = new Router(bed, Kind.HA4J, bed.host("one", "10.77.0.1/24"));
        second = new Router(bed, Kind.HA4J, bed.host("two", "10.77.0.2/24"));
    }

    private static RouterConfig config(String interval) {
        return RouterConfig.version(3).interval(interval);
    }

    private static String nft(Router router) {
        return router.host().exec("nft", "list", "ruleset");
    }

    private static String lease(Router router) {
        return router.group().at("/lease").asString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0.1"})
    void aKilledNodeIsSilentAtOnce(String interval) {
        Router active = first.start(config(interval));
        active.awaitActive();
        Router backup = second.start(config(interval));
        Answers answers = Answers.record(bed, client, first, second);
        List<Double> last = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            answers.awaitFirst(active, Wire.now());
            double killed = Wire.now();
            active.process().kill();
            double taken = answers.awaitFirst(backup, killed);
            backup.awaitActive();
            last.add(answers.last(active, killed));
            assertThat(taken - killed).as("its successor speaks later").isGreaterThan(last.get(round));
            Router dead = active;
            Wait.until("the address is gone from the dead", () -> !dead.holds());
            dead.start(config(interval));
            active = backup;
            backup = dead;
        }
        report("SIGKILL", interval, last);
        double bound = Math.min(END_OF_A_PROCESS_MILLIS, 3000 * Double.parseDouble(interval) + AT_ONCE_MILLIS);
        assertThat(last).allMatch(millis -> millis < bound).anyMatch(millis -> millis < AT_ONCE_MILLIS);
    }

    private static void report(String event, String interval, List<Double> last) {
        List<Double> sorted = last.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%s at an interval of %s s: last answer after %.0f ms (median of %d rounds), %.0f ms (worst)%n",
                event,
                interval,
                sorted.get(sorted.size() / 2),
                sorted.size(),
                sorted.get(sorted.size() - 1));
    }

    /** The one that wakes up has the lower rank, so it has no reason to speak; the other does not preempt. */
    @ParameterizedTest(name = "interval {0} s, lease {1} s")
    @CsvSource({"1, usual", "0.1, usual", "0.2, 0.3"})
    void aFrozenNodeIsSilentBeforeItsSuccessorSpeaksAndWhenItWakesUp(String interval, String given) {
        boolean usual = given.equals("usual"); // 3 intervals
        first.start(usual ? config(interval) : config(interval).inside("ha4j {\n        lease " + given + "\n    }"))
                .awaitActive();
        second.start(config(interval).priority(150).nopreempt());
        Answers answers = Answers.record(bed, client, first, second);
        List<Double> last = new ArrayList<>();
        double lease = usual ? 3000 * Double.parseDouble(interval) : 1000 * Double.parseDouble(given);
        for (int round = 0; round < ROUNDS; round++) {
            answers.awaitFirst(first, Wire.now());
            double frozen = Wire.now();
            first.process().signal("STOP");
            double taken = answers.awaitFirst(second, frozen);
            second.awaitActive();
            last.add(answers.last(first, frozen));
            assertThat(last.get(round)).as("within the lease").isLessThan(lease + AT_ONCE_MILLIS);
            assertThat(taken - frozen).as("its successor speaks later").isGreaterThan(last.get(round));
            double woken = Wire.now();
            first.process().signal("CONT");
            Wait.until("it is a backup again", () -> first.state().equals("BACKUP"));
            Wait.until("the address is gone", () -> !first.holds());
            assertThat(answers.of(first, woken))
                    .as("answers of the one that woke up")
                    .isEmpty();

            second.terminate();
            second.awaitEnd();
            first.awaitActive();
            second.start(config(interval).priority(150).nopreempt());
        }
        report("SIGSTOP", interval, last);
    }

    /** While the kernel writes the dump it closes nothing, and no thread runs: the lease has to end. */
    @Test
    void aNodeThatCrashesWithACoreDumpIsSilentBeforeItsSuccessorSpeaks() {
        String dump = "cd " + bed.file("core").getParent() + " && ulimit -c unlimited && exec \"$@\"";
        first.before("sh", "-c", dump, "sh").start(config("0.1")).awaitActive();
        second.start(config("0.1"));
        Answers answers = Answers.record(bed, client, first, second);
        answers.awaitFirst(first, Wire.now());

        double crashed = Wire.now();
        first.process().signal("ABRT");
        double taken = answers.awaitFirst(second, crashed);
        assertThat(first.process().waitFor(Wait.LIMIT)).contains(128 + 6);

        double last = answers.last(first, crashed);
        System.out.printf(Locale.ROOT, "SIGABRT: last answer after %.0f ms%n", last);
        assertThat(last).isLessThan(300 + AT_ONCE_MILLIS);
        assertThat(taken - crashed).as("its successor speaks later").isGreaterThan(last);
    }

    @Test
    void aPlannedHandOverIsAnsweredThroughout() {
        first.start(config("1")).awaitActive();
        second.start(config("1"));
        Answers answers = Answers.record(bed, client, first, second);
        answers.awaitFirst(first, Wire.now());

        double stopped = Wire.now();
        first.terminate();
        double taken = answers.awaitFirst(second, stopped);
        first.awaitEnd();

        double last = stopped + answers.last(first, stopped);
        System.out.printf(Locale.ROOT, "hand-over: %.1f ms between the last and the first answer%n", taken - last);
        assertThat(taken - last).isLessThan(AT_ONCE_MILLIS);
        assertThat(nft(first)).as("nothing is left").isEmpty();
    }

    @Test
    void whatSomebodyRemovesIsPutBackAndTold() {
        first.start(config("0.1")).awaitActive();
        assertThat(lease(first)).isEqualTo("kernel guard, 300 ms");
        Answers answers = Answers.record(bed, client, first);
        answers.awaitFirst(first, Wire.now());

        first.host().exec("nft", "flush", "ruleset");

        Wait.until("the guard is back", () -> nft(first).contains("table netdev ha4j_guard_"));
        first.awaitLine("somebody removed the kernel guard of the virtual addresses from nftables");
        assertThat(lease(first))
                .isEqualTo("kernel guard, 300 ms: somebody removed it from nftables, it was put back (once)");
        answers.awaitFirst(first, Wire.now());

        double killed = Wire.now();
        first.process().kill();
        Wait.until("the address is gone", () -> !first.holds());
        assertThat(answers.last(first, killed)).isLessThan(300 + AT_ONCE_MILLIS);
    }

    /** What was left would keep the address silent for more than a minute. */
    @Test
    void theNextStartRemovesWhatACrashLeftAlsoWhenItIsToInstallNoGuard() {
        RouterConfig config = config("0.1").priority(255); // active at once
        first.start(config).awaitActive();
        first.process().kill();
        Wait.until("the process has ended", () -> !nft(first).contains("ha4j_lease_"));
        assertThat(nft(first)).contains("ha4j_guard_");

        first.options("-Dha4j.guard=off").start(config);

        Wait.until("it is active", () -> first.state().equals("MASTER")); // with the address on a device
        assertThat(nft(first)).isEmpty();
        Answers answers = Answers.record(bed, client, first);
        answers.awaitFirst(first, Wire.now());
    }

    @Test
    void theNextStartRemovesWhatACrashLeftAndDisturbsNobody() {
        first.start(config("1")).awaitActive();
        second.start(config("1"));
        first.process().kill();
        second.awaitActive();
        assertThat(nft(first)).contains("ha4j_guard_").doesNotContain("ha4j_lease_");

        first.start(config("1")); // of the same rank: a backup

        assertThat(first.state()).isEqualTo("BACKUP");
        assertThat(first.holds()).isFalse();
        assertThat(nft(first).lines().filter(line -> line.startsWith("table"))).hasSize(2);
        assertThat(second.counter("masterTransitions")).isEqualTo(1);
        for (Router router : List.of(first, second)) {
            router.terminate();
            router.awaitEnd();
            assertThat(nft(router)).as("left by " + router).isEmpty();
        }
    }
}
