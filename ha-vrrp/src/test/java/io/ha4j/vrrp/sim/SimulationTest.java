package io.ha4j.vrrp.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.vrrp.VrrpElectionProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random clusters, to which random things happen, and the rules that hold nevertheless: see the subclasses of
 * {@link Rule}. {@code -Dha4j.sim.scenarios=1000000} runs more of them, {@code -Dha4j.sim.from=N} begins elsewhere,
 * {@code -Dha4j.sim.seed=N} replays one and writes down what happens.
 */
class SimulationTest {
    private static final int SCENARIOS = Integer.getInteger("ha4j.sim.scenarios", 10_000);
    private static final long FROM = Long.getLong("ha4j.sim.from", 1);
    private static final @Nullable Long SEED = Long.getLong("ha4j.sim.seed");

    @Test
    void theRulesHoldInEveryScenario() {
        if (SEED != null) {
            replay(SEED);
            return;
        }
        long startNs = System.nanoTime();
        Coverage coverage = new Coverage();
        for (long seed = FROM; seed < FROM + SCENARIOS; seed++) {
            Script script = ScriptWriter.write(seed);
            Violation violation = Simulation.play(script, VrrpElectionProvider::new, coverage);
            if (violation != null) {
                throw new AssertionError(Failure.explain(script, violation, VrrpElectionProvider::new));
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("simulation: %.0f scenarios/s; %s%n", SCENARIOS / seconds, coverage);
        assertThat(coverage.faults).containsOnlyKeys(Fault.Kind.values());
        assertThat(coverage.sides).isGreaterThan(SCENARIOS);
        assertThat(coverage.successions).isGreaterThan(SCENARIOS / 100);
        assertThat(coverage.handOvers).isGreaterThan(SCENARIOS / 100);
    }

    private static void replay(long seed) {
        Script script = ScriptWriter.write(seed);
        Timeline timeline = new Timeline();
        Violation violation = Simulation.play(script, VrrpElectionProvider::new, timeline);
        System.out.println("seed " + seed + "\n" + script.cast() + "\n" + timeline);
        if (violation != null) {
            throw new AssertionError(Failure.explain(script, violation, VrrpElectionProvider::new));
        }
    }

    @Test
    void theSameSeedIsTheSameRunToTheNanosecond() {
        for (long seed = 1; seed <= 20; seed++) {
            Timeline once = new Timeline();
            Timeline again = new Timeline();
            Simulation.play(ScriptWriter.write(seed), VrrpElectionProvider::new, once);
            Simulation.play(ScriptWriter.write(seed), VrrpElectionProvider::new, again);
            assertThat(once.lines()).isEqualTo(again.lines()).isNotEmpty();
        }
    }
}
