package io.ha4j;

/** Which backend a new connection goes to. Only backends that are up, not draining and of weight above 0 are asked. */
public enum Scheduler {
    /** One after the other, whatever their weights. */
    ROUND_ROBIN,
    /** In proportion to the weights and evenly interleaved (smooth, as nginx does it): {5,1,1} gives a a b a c a a. */
    WEIGHTED_ROUND_ROBIN,
    /** The one with the fewest connections in proportion to its weight. */
    LEAST_CONNECTIONS
}
