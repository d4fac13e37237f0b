package io.ha4j.vrrp.sim;

import java.util.EnumMap;
import java.util.Map;

/** What many scenarios, together, have gone through. */
final class Coverage {
    long scenarios;
    long nodes;
    long tasks;
    long packets;
    long takeovers;
    long contentions; // that somebody lost
    long successions; // to a process that was noticed to be dead
    long handOvers; // that were watched for a gap
    long sides; // that were found converged
    final Map<Fault.Kind, Long> faults = new EnumMap<>(Fault.Kind.class);

    @Override
    public String toString() {
        return scenarios + " scenarios: " + nodes + " nodes, " + tasks + " tasks, " + packets + " packets, " + takeovers
                + " takeovers, " + contentions + " contentions lost, " + successions + " successions, " + handOvers
                + " hand-overs watched, " + sides
                + " sides found converged; faults " + faults;
    }
}
