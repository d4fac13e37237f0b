package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which backend a new connection goes to. Only backends that are up, not draining and of weight above 0 are asked. With
 * a = connections open now and w = weight.
 *
 * <p>A scheduler is a description and holds no state: one may serve several balancers.
 */
public sealed interface Scheduler {
    /** One after the other, whatever their weights. */
    Scheduler ROUND_ROBIN = Standard.ROUND_ROBIN;

    /** In proportion to the weights and evenly interleaved (smooth, as nginx does it): {5,1,1} gives a a b a c a a. */
    Scheduler WEIGHTED_ROUND_ROBIN = Standard.WEIGHTED_ROUND_ROBIN;

    /** The smallest a, whatever the weights; among equals the one whose last pick is longest ago. */
    Scheduler LEAST_CONNECTIONS = Standard.LEAST_CONNECTIONS;

    /** The smallest a/w; among equals the one whose last pick is longest ago. */
    Scheduler WEIGHTED_LEAST_CONNECTIONS = Standard.WEIGHTED_LEAST_CONNECTIONS;

    /** The smallest (a+1)/w: how the backend would stand with this connection. Slow ones may stay idle. */
    Scheduler SHORTEST_EXPECTED_DELAY = Standard.SHORTEST_EXPECTED_DELAY;

    /**
     * An idle backend if there is one, the one whose last pick is longest ago; else {@link #SHORTEST_EXPECTED_DELAY}.
     * This is HAProxy's {@code leastconn}, and the default.
     */
    Scheduler NEVER_QUEUE = Standard.NEVER_QUEUE;

    /**
     * By the client's address, in proportion to the weights. Most clients move when a backend comes or goes; with
     * {@link #MAGLEV} few do.
     */
    Scheduler SOURCE_HASH = Standard.SOURCE_HASH;

    /** As {@link #SOURCE_HASH} by the address that the client connected to: for listeners on many addresses. */
    Scheduler DESTINATION_HASH = Standard.DESTINATION_HASH;

    /**
     * By the client's address through a Maglev table of 65537 slots: the same on every node with the same backends, in
     * whatever order they are given. When one of n backends goes, little more than 1/n of the clients move.
     */
    Scheduler MAGLEV = Standard.MAGLEV;

    /** The better, by (a+1)/w, of two that are drawn in proportion to the weights. */
    Scheduler TWO_CHOICES = Standard.TWO_CHOICES;

    /** Drawn in proportion to the weights. */
    Scheduler RANDOM = Standard.RANDOM;

    /** {@link #peakEwma} with a decay of 10 s. */
    Scheduler PEAK_EWMA = new PeakEwma(Duration.ofSeconds(10));

    /**
     * The better of two that are drawn in proportion to the weights, by cost·(a+1)/w. The cost is the connect time: it
     * jumps to a worse value at once and decays to a better one, with this time constant.
     *
     * @throws IllegalArgumentException if decay is not positive
     */
    static Scheduler peakEwma(Duration decay) {
        return new PeakEwma(decay);
    }

    /**
     * {@link #MAGLEV}, but a backend gets at most (1+epsilon) times its share of the open connections, rounded up; then
     * the next one in the table that has room gets it.
     *
     * @param epsilon in (0, 100]
     * @throws IllegalArgumentException if epsilon is out of range
     */
    static Scheduler boundedLoad(double epsilon) {
        return new BoundedLoad(epsilon);
    }

    /** The application's own; the name appears in snapshots. */
    static Scheduler of(String name, Choice choice) {
        return new Custom(name, choice);
    }

    /** A short name, that of ipvsadm where it has one: {@code rr}, {@code wlc}, {@code p2c}, {@code peak-ewma}. */
    String keyword();

    /** Those that have nothing to set. */
    enum Standard implements Scheduler {
        ROUND_ROBIN("rr"),
        WEIGHTED_ROUND_ROBIN("wrr"),
        LEAST_CONNECTIONS("lc"),
        WEIGHTED_LEAST_CONNECTIONS("wlc"),
        SHORTEST_EXPECTED_DELAY("sed"),
        NEVER_QUEUE("nq"),
        SOURCE_HASH("sh"),
        DESTINATION_HASH("dh"),
        MAGLEV("mh"),
        TWO_CHOICES("p2c"),
        RANDOM("random");

        private final String keyword;

        Standard(String keyword) {
            this.keyword = keyword;
        }

        @Override
        public String keyword() {
            return keyword;
        }
    }

    /** See {@link Scheduler#peakEwma}. */
    record PeakEwma(Duration decay) implements Scheduler {
        public PeakEwma {
            if (requireNonNull(decay, "decay").isNegative() || decay.isZero()) {
                throw new IllegalArgumentException("decay must be positive, but was " + decay);
            }
        }

        @Override
        public String keyword() {
            return "peak-ewma";
        }
    }

    /** See {@link Scheduler#boundedLoad}. */
    record BoundedLoad(double epsilon) implements Scheduler {
        public BoundedLoad {
            if (!(epsilon > 0 && epsilon <= 100)) {
                throw new IllegalArgumentException("epsilon must be in (0, 100], but was " + epsilon);
            }
        }

        @Override
        public String keyword() {
            return "bounded-load";
        }
    }

    /** See {@link Scheduler#of}. */
    record Custom(String name, Choice choice) implements Scheduler {
        public Custom {
            if (requireNonNull(name, "name").isBlank()) {
                throw new IllegalArgumentException("name must not be blank");
            }
            requireNonNull(choice, "choice");
        }

        @Override
        public String keyword() {
            return name;
        }
    }

    /**
     * A decision of the application's. Called on the balancer's event loops, on several at the same time: it must be
     * thread-safe and must not block. If it throws, or names a backend that it was not given, the client's connection
     * is reset and that is logged.
     */
    @FunctionalInterface
    interface Choice {
        /**
         * @param client the client's address
         * @param candidates the backends that may be chosen, at least one, without those that refused this connection
         *     already; unmodifiable, and valid during the call only
         * @return one of them; null turns the connection away
         */
        @Nullable
        Candidate choose(InetSocketAddress client, List<? extends Candidate> candidates);
    }

    /** A backend that a connection may go to. */
    interface Candidate {
        InetSocketAddress address();

        /** Its weight, above 0. */
        int weight();

        /** Connections that are open now. */
        int active();
    }
}
