package io.ha4j.vrrp;

import java.util.LinkedHashMap;
import java.util.Map;

/** Exact counts since the start. Loop thread only. */
@SuppressWarnings("EnumOrdinal") // as EnumMap does it, but without a box per increment
final class Counters {
    private static final Counter[] ALL = Counter.values();

    private final long[] values = new long[ALL.length];

    void increment(Counter counter) {
        values[counter.ordinal()]++;
    }

    void set(Counter counter, long value) {
        values[counter.ordinal()] = value;
    }

    long get(Counter counter) {
        return values[counter.ordinal()];
    }

    /** The sums of both, by name, in the order of {@link Counter}. */
    Map<String, Long> plus(Counters other) {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (Counter counter : ALL) {
            sums.put(counter.label(), get(counter) + other.get(counter));
        }
        return sums;
    }
}
