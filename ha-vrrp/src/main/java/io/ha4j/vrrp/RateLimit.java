package io.ha4j.vrrp;

import java.util.EnumMap;
import java.util.Map;

/** Lets the first of each kind pass, and then at most one per period. Loop thread only. */
final class RateLimit<K extends Enum<K>> {
    private final long periodNs;
    private final Map<K, Long> passedNs;

    RateLimit(Class<K> kinds, long periodNs) {
        this.periodNs = periodNs;
        this.passedNs = new EnumMap<>(kinds);
    }

    boolean pass(K kind, long nowNs) {
        Long last = passedNs.get(kind);
        if (last != null && nowNs - last < periodNs) {
            return false;
        }
        passedNs.put(kind, nowNs);
        return true;
    }
}
