package io.ha4j.vrrp.sim;

import java.util.List;
import java.util.stream.Collectors;

/**
 * All that makes a scenario what it is; run twice, it happens twice, to the nanosecond.
 *
 * @param seed for which packets are lost, and how long each takes
 * @param maxDelayNs the longest way of a packet while no {@link Fault} delays it
 */
record Script(
        long seed,
        long minDelayNs,
        long maxDelayNs,
        List<Machine> machines,
        List<Group> groups,
        List<Fault> faults,
        long endNs) {

    /** What takes the addresses from a node that is dead or frozen. */
    enum Lease {
        /** The kernel answers while adverts of the group leave and the process lives. */
        GUARD,
        /** The addresses have a lifetime, in whole seconds, that is renewed. */
        LIFETIME
    }

    record Machine(Lease lease, long startNs) {}

    /** @param segment from 0 */
    record Group(int id, int segment, boolean ipv6, boolean unicast, boolean deathDetection, List<Seat> seats) {
        Group withSeats(List<Seat> seats) {
            return new Group(id, segment, ipv6, unicast, deathDetection, seats);
        }
    }

    /** @param host from 0 */
    record Seat(
            int host,
            int version,
            int priority,
            long intervalNs,
            boolean preempt,
            long preemptDelayNs,
            long startupDelayNs) {
        private static final int OWNER = 255;

        boolean isOwner() {
            return priority == OWNER;
        }

        /** Of an owner's: an owner preempts, and at once. */
        Seat withPriority(int priority) {
            boolean owner = priority == OWNER;
            return new Seat(
                    host, version, priority, intervalNs, preempt || owner, owner ? 0 : preemptDelayNs, startupDelayNs);
        }

        /** Whether each takes the other's advertisements for valid. */
        boolean understands(Seat other) {
            return version == other.version && (version == 3 || intervalNs == other.intervalNs);
        }

        @Override
        public String toString() {
            return "node" + (host + 1) + ": version " + version + ", priority " + priority + ", every "
                    + intervalNs / 1e6 + " ms" + (preempt ? "" : ", nopreempt")
                    + delay("preempts after", preemptDelayNs) + delay("only listens for", startupDelayNs);
        }

        private static String delay(String what, long ns) {
            return ns == 0 ? "" : ", " + what + " " + ns / 1e6 + " ms";
        }
    }

    Script {
        machines = List.copyOf(machines);
        groups = List.copyOf(groups);
        faults = List.copyOf(faults);
    }

    Script with(List<Fault> faults) {
        return new Script(seed, minDelayNs, maxDelayNs, machines, groups, faults, endNs);
    }

    Script withGroups(List<Group> groups) {
        return new Script(seed, minDelayNs, maxDelayNs, machines, groups, faults, endNs);
    }

    Script until(long endNs) {
        return new Script(seed, minDelayNs, maxDelayNs, machines, groups, faults, endNs);
    }

    Script withDelay(long delayNs) {
        return new Script(seed, delayNs, delayNs, machines, groups, faults, endNs);
    }

    int segments() {
        return groups.stream().mapToInt(Group::segment).max().orElse(0) + 1;
    }

    boolean uses(int host) {
        return groups.stream().flatMap(group -> group.seats().stream()).anyMatch(seat -> seat.host() == host);
    }

    /** The cluster, without what happens to it. */
    String cast() {
        StringBuilder text = new StringBuilder("packets take " + minDelayNs / 1e6 + " to " + maxDelayNs / 1e6 + " ms");
        for (int host = 0; host < machines.size(); host++) {
            if (uses(host)) {
                Machine it = machines.get(host);
                text.append("\n  node").append(host + 1).append(": lease by ").append(it.lease());
                text.append(", starts at ").append(it.startNs() / 1e6).append(" ms");
            }
        }
        for (Group group : groups) {
            text.append("\n  group of id ")
                    .append(group.id())
                    .append(" on segment")
                    .append(group.segment())
                    .append(group.ipv6() ? ", IPv6" : "")
                    .append(group.unicast() ? ", unicast" : "")
                    .append(group.deathDetection() ? ", death detection" : "");
            text.append(group.seats().stream().map(seat -> "\n    " + seat).collect(Collectors.joining()));
        }
        return text.toString();
    }
}
