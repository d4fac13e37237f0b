package io.ha4j.vrrp.sim;

import io.ha4j.spi.ElectionProvider;
import java.util.function.Supplier;

/** A failing scenario, made small and told in words. */
final class Failure {
    private Failure() {}

    static String explain(Script script, Violation violation, Supplier<ElectionProvider> engine) {
        Script small = Shrinker.shrink(script, violation, it -> Simulation.play(it, engine, new Coverage()));
        Timeline timeline = new Timeline();
        Violation seen = Simulation.play(small, engine, timeline);
        return "seed " + script.seed() + " at " + violation.atNs() / 1e6 + " ms, " + violation
                + "\nreplay: mvn -pl ha-vrrp -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dha4j.sim.seed=" + script.seed()
                + "\nless is enough, " + small.faults().size() + " of "
                + script.faults().size() + " faults:\n" + small.cast() + "\n" + timeline + "\n"
                + String.format("%14.6f ms  !!! %s", seen == null ? -1 : seen.atNs() / 1e6, seen);
    }
}
