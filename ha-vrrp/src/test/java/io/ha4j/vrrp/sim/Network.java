package io.ha4j.vrrp.sim;

import java.util.function.LongConsumer;

/** The segments, and what is wrong with each of them. */
final class Network {
    private static final int HOSTS = 8;

    /** One of them. Counts, as faults may overlap. */
    private static final class State {
        private final int[] linkDown = new int[HOSTS];
        private final int[] refused = new int[HOSTS];
        private final int[][] blocked = new int[HOSTS][HOSTS]; // from, to
        private final long[][] goodSinceNs = new long[HOSTS][HOSTS];
        private final long[][] packets = new long[HOSTS][HOSTS];
        private int lossy;
        private int slow;
        private long lossPerMille;
        private long duplicatePerMille;
        private long extraDelayNs;
    }

    private final VirtualTime time;
    private final Script script;
    private final State[] states;

    Network(VirtualTime time, Script script) {
        this.time = time;
        this.script = script;
        states = new State[script.segments()];
        for (int segment = 0; segment < states.length; segment++) {
            states[segment] = new State();
        }
    }

    Lan lan(int segment, Lan.Tap tap) {
        return new Lan(time, (from, to, arrival) -> carry(segment, from.number(), to.number(), arrival), tap);
    }

    private void carry(int segment, int from, int to, LongConsumer arrival) {
        State state = states[segment];
        long number = state.packets[from][to]++;
        if (state.blocked[from][to] > 0) {
            return;
        }
        // Not from one generator: a packet's luck must not depend on how many others there were elsewhere.
        long chance = mix(script.seed() ^ mix(number * 1024 + segment * 256L + from * 16L + to));
        if ((chance & 1023) * 1000 / 1024 < state.lossPerMille) {
            return;
        }
        arrival.accept(delayNs(state, mix(chance)));
        if (((chance >>> 10) & 1023) * 1000 / 1024 < state.duplicatePerMille) {
            arrival.accept(delayNs(state, mix(chance + 1)));
        }
    }

    private long delayNs(State state, long chance) {
        long spread = script.maxDelayNs() - script.minDelayNs() + state.extraDelayNs;
        return script.minDelayNs() + (spread == 0 ? 0 : Long.remainderUnsigned(chance, spread + 1));
    }

    /** The longest way of a packet that is sent now; delays that overlap add up. */
    long maxDelayNs(int segment) {
        return script.maxDelayNs() + states[segment].extraDelayNs;
    }

    /** SplitMix64. */
    private static long mix(long z) {
        z += 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    boolean linkIsUp(int segment, int host) {
        return states[segment].linkDown[host] == 0;
    }

    boolean refuses(int segment, int host) {
        return states[segment].refused[host] > 0;
    }

    /** Whether what one sends can reach the other. */
    boolean connects(int segment, int from, int to) {
        State state = states[segment];
        return state.blocked[from][to] == 0
                && state.linkDown[from] == 0
                && state.linkDown[to] == 0
                && state.refused[from] == 0;
    }

    /** Whether nothing on it is lost or late. */
    boolean isSmooth(int segment) {
        return states[segment].lossy == 0 && states[segment].slow == 0;
    }

    /** Since when everything that one sends reaches the other in time; {@link Long#MAX_VALUE} if it does not. */
    long goodSinceNs(int segment, int from, int to) {
        return states[segment].goodSinceNs[from][to];
    }

    /** @param begins or ends */
    void apply(Fault fault, boolean begins) {
        State state = states[fault.place()];
        int step = begins ? 1 : -1;
        switch (fault.kind()) {
            case LINK_DOWN -> state.linkDown[fault.host()] += step;
            case SEND_REFUSED -> state.refused[fault.host()] += step;
            case DEAF -> block(state, fault.others(), 1 << fault.host(), step);
            case MUTE -> block(state, 1 << fault.host(), fault.others(), step);
            case PARTITION -> {
                block(state, fault.others(), ~fault.others(), step);
                block(state, ~fault.others(), fault.others(), step);
            }
            case LOSS -> {
                state.lossPerMille = Math.max(0, state.lossPerMille + step * fault.amount());
                state.lossy += step;
            }
            case DUPLICATION -> state.duplicatePerMille += step * fault.amount();
            case DELAY -> {
                state.extraDelayNs += step * fault.amount();
                if (begins) {
                    state.slow++; // until it is settled
                }
            }
            default -> throw new IllegalArgumentException("not of the network: " + fault);
        }
        judge(fault.place());
    }

    /** The last of the packets that were late has arrived. */
    void settled(Fault delay) {
        states[delay.place()].slow--;
        judge(delay.place());
    }

    private static void block(State state, int from, int to, int step) {
        for (int one = 0; one < HOSTS; one++) {
            for (int other = 0; other < HOSTS; other++) {
                if ((from & (1 << one)) != 0 && (to & (1 << other)) != 0 && one != other) {
                    state.blocked[one][other] += step;
                }
            }
        }
    }

    private void judge(int segment) {
        State state = states[segment];
        for (int from = 0; from < HOSTS; from++) {
            for (int to = 0; to < HOSTS; to++) {
                if (!isSmooth(segment) || !connects(segment, from, to)) {
                    state.goodSinceNs[from][to] = Long.MAX_VALUE;
                } else if (state.goodSinceNs[from][to] == Long.MAX_VALUE) {
                    state.goodSinceNs[from][to] = time.nowNs();
                }
            }
        }
    }
}
