package io.ha4j.vrrp.sim;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One multicast segment. It can lose and delay packets, and fall apart into islands. */
final class Lan {
    private final VirtualTime time;
    private final Random random;
    private final List<SimPacketChannel> channels = new ArrayList<>();

    private Duration minDelay = Duration.ofNanos(50_000);
    private Duration maxDelay = Duration.ofNanos(50_000);
    private double loss;
    private long sent;

    Lan(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /** How much of what is sent does not arrive, in [0, 1], for each receiver on its own. */
    void loss(double loss) {
        this.loss = loss;
    }

    /** Packets may overtake each other when the two differ. */
    void delay(Duration min, Duration max) {
        this.minDelay = min;
        this.maxDelay = max;
    }

    /** Packets sent so far. */
    long sent() {
        return sent;
    }

    void attach(SimPacketChannel channel) {
        channels.add(channel);
    }

    void detach(SimPacketChannel channel) {
        channels.remove(channel);
    }

    int attached() {
        return channels.size();
    }

    void send(SimPacketChannel from, ByteBuffer payload) {
        byte[] bytes = bytes(payload);
        sent++;
        for (SimPacketChannel to : List.copyOf(channels)) {
            if (to.host() != from.host() && to.host().island() == from.host().island() && random.nextDouble() >= loss) {
                deliver(to, bytes, from.source(), from.hopLimit());
            }
        }
    }

    /** Delivers a packet of a node that is not simulated to everyone. */
    void inject(byte[] payload, InetAddress source, int hopLimit) {
        channels.forEach(to -> deliver(to, payload, source, hopLimit));
    }

    private void deliver(SimPacketChannel to, byte[] bytes, InetAddress source, int hopLimit) {
        long spread = maxDelay.minus(minDelay).toNanos();
        long delayNs = minDelay.toNanos() + (spread == 0 ? 0 : random.nextLong(spread));
        time.at(time.nowNs() + delayNs, () -> to.arrive(bytes, source, hopLimit));
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes); // consumes, as a channel may
        return bytes;
    }
}
