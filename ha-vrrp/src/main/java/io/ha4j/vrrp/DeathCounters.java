package io.ha4j.vrrp;

import java.util.LinkedHashMap;
import java.util.Map;

/** What death detection counts. Loop thread only. */
@SuppressWarnings("EnumOrdinal") // as in Counters
final class DeathCounters {
    enum Kind {
        /** Connections of backups that have proved that they know the secret. */
        ACCEPTED("acceptedConnections", "accepted"),
        /** A wrong secret, an unknown group, something repeated or changed; or there were too many. */
        REFUSED("refusedConnections", "refused"),
        /** Bytes that are not of the protocol. */
        MALFORMED("malformedConnections", "malformed"),
        /** Nothing was proved within a second, or before others needed the place. */
        TIMED_OUT("timedOutConnections", "timed out"),
        /** Broken off before anything was proved. */
        UNFINISHED("unfinishedConnections", "unfinished"),
        /** Of a backup: connections to the active node that ended without a farewell. */
        LOST("lostConnections", "lost"),
        /** Of these, those after which nobody listened there any more. */
        DEATHS("deaths", "dead");

        private final String label;
        private final String words;

        Kind(String label, String words) {
            this.label = label;
            this.words = words;
        }

        String words() {
            return words;
        }

        static Kind of(DeathEnd.Refusal refusal) {
            return refusal == DeathEnd.Refusal.MALFORMED ? MALFORMED : REFUSED;
        }
    }

    private final long[] values = new long[Kind.values().length];

    void increment(Kind kind) {
        values[kind.ordinal()]++;
    }

    long get(Kind kind) {
        return values[kind.ordinal()];
    }

    /** The sums of both by name. */
    Map<String, Long> plus(DeathCounters other) {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            sums.put(kind.label, get(kind) + other.get(kind));
        }
        return sums;
    }
}
