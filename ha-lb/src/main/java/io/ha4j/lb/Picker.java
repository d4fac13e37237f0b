package io.ha4j.lb;

import io.ha4j.Scheduler;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the backend of a new connection.
 *
 * <p>All event loops of a balancer share one picker. What it derives from the table of backends is made anew with each
 * {@link #update}; a pick reads it with one volatile read, or under the picker's own monitor where the next pick depends
 * on this one (round robin with weights, least connections): a sequence is then exact whatever the number of loops, and
 * two loops never decide upon the same count. A pick allocates nothing, unless it is a retry.
 */
interface Picker {
    /** From now on these take connections, an immutable list. Calls are made one at a time. */
    void update(List<Target> targets);

    /**
     * Picks one and counts the session in ({@link Target#claim()}) before it returns.
     *
     * @param tried those that this connection was refused by; none of them is picked
     * @return null when there is none left
     */
    @Nullable
    Target pick(Collection<Target> tried, Incoming incoming);

    /** Counts a session in at a target that it did not pick: the client has stayed with it. */
    default void claim(Target target) {
        target.claim();
    }

    /** A session that was counted in is counted out. */
    default void released(Target target) {}

    /** A connection that was picked for this target was accepted after this time. */
    default void connected(Target target, long nanos) {}

    /** A connection that was picked for this target was refused. */
    default void failed(Target target) {}

    static Picker of(Scheduler scheduler) {
        if (scheduler instanceof Scheduler.PeakEwma ewma) {
            return new TwoChoices(new PeakEwmaCost(ewma.decay(), System::nanoTime), ThreadLocalRandom::current);
        }
        if (scheduler instanceof Scheduler.BoundedLoad bounded) {
            return new BoundedMaglev(bounded.epsilon(), ForkJoinPool.commonPool());
        }
        if (scheduler instanceof Scheduler.Custom custom) {
            return new CustomPicker(custom.choice());
        }
        return of((Scheduler.Standard) scheduler);
    }

    private static Picker of(Scheduler.Standard scheduler) {
        return switch (scheduler) {
            case ROUND_ROBIN -> new RoundRobin();
            case WEIGHTED_ROUND_ROBIN -> new SmoothRoundRobin();
            case LEAST_CONNECTIONS -> new LeastLoaded(LeastLoaded.Measure.CONNECTIONS);
            case WEIGHTED_LEAST_CONNECTIONS -> new LeastLoaded(LeastLoaded.Measure.WEIGHTED_CONNECTIONS);
            case SHORTEST_EXPECTED_DELAY -> new LeastLoaded(LeastLoaded.Measure.EXPECTED_DELAY);
            case NEVER_QUEUE -> new LeastLoaded(LeastLoaded.Measure.IDLE_THEN_DELAY);
            case SOURCE_HASH -> new HashPicker(Incoming::client);
            case DESTINATION_HASH -> new HashPicker(Incoming::destination);
            case MAGLEV -> new MaglevPicker(ForkJoinPool.commonPool());
            case TWO_CHOICES -> new TwoChoices(TwoChoices.Cost.NONE, ThreadLocalRandom::current);
            case RANDOM -> new RandomPicker(ThreadLocalRandom::current);
        };
    }
}
