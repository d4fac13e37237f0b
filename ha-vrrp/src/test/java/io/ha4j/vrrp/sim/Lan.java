package io.ha4j.vrrp.sim;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One multicast segment. It can lose and delay packets, and fall apart into islands. */
final class Lan {
    /** What becomes of a packet on its way from one host to another. */
    interface Wire {
        /** Calls back with each delay, in nanoseconds, after which a copy of the packet arrives; never, if it is lost. */
        void carry(SimHost from, SimHost to, LongConsumer arrival);
    }

    /** Sees all packets. */
    interface Tap {
        void sent(SimHost from, byte[] payload);

        /** A process begins to read it; whatever it does with it, it does before the task ends. */
        void read(SimHost by, byte[] payload, InetAddress source);
    }

    private static final class Packet {
        final byte[] bytes;
        final InetAddress source;
        final InetAddress destination;
        final int hopLimit;

        Packet(byte[] bytes, InetAddress source, InetAddress destination, int hopLimit) {
            this.bytes = bytes;
            this.source = source;
            this.destination = destination;
            this.hopLimit = hopLimit;
        }
    }

    private final VirtualTime time;
    private final Random random;
    private final Wire wire;
    private final @Nullable Tap tap;
    private final List<SimPacketChannel> channels = new ArrayList<>();
    private final SimStreams streams;

    private Duration minDelay = Duration.ofNanos(50_000);
    private Duration maxDelay = Duration.ofNanos(50_000);
    private double loss;
    private long sent;

    Lan(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
        this.wire = this::carry;
        this.tap = null;
        this.streams = new SimStreams(time, wire);
    }

    /** With a wire of its own: then {@link #loss}, {@link #delay} and islands are without effect. */
    Lan(VirtualTime time, Wire wire, Tap tap) {
        this.time = time;
        this.random = new Random(0);
        this.wire = wire;
        this.tap = tap;
        this.streams = new SimStreams(time, wire);
    }

    SimStreams streams() {
        return streams;
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

    void send(SimPacketChannel from, ByteBuffer payload, InetAddress destination) {
        byte[] bytes = bytes(payload);
        sent++;
        if (tap != null) {
            tap.sent(from.host(), bytes);
        }
        for (int i = 0; i < channels.size(); i++) {
            SimHost to = channels.get(i).host();
            if (to != from.host() && reaches(destination, i) && isFirst(i)) {
                Packet packet = new Packet(bytes, from.source(), destination, from.hopLimit());
                wire.carry(from.host(), to, delayNs -> deliver(to, packet, delayNs));
            }
        }
    }

    /** Multicast reaches all of its family. */
    private boolean reaches(InetAddress destination, int index) {
        SimPacketChannel channel = channels.get(index);
        return destination.isMulticastAddress()
                ? channel.isIpv6() == destination instanceof Inet6Address
                : channel.source().equals(destination);
    }

    /** A host with several sockets is sent one packet. */
    private boolean isFirst(int index) {
        for (int i = 0; i < index; i++) {
            if (channels.get(i).host() == channels.get(index).host()
                    && channels.get(i).isIpv6() == channels.get(index).isIpv6()) {
                return false;
            }
        }
        return true;
    }

    /** Delivers a packet of a node that is not simulated to everyone. */
    void inject(byte[] payload, InetAddress source, int hopLimit) {
        for (int i = 0; i < channels.size(); i++) {
            if (isFirst(i)) {
                Packet packet = new Packet(payload, source, channels.get(i).group(), hopLimit);
                deliver(channels.get(i).host(), packet, delayNs());
            }
        }
    }

    private void carry(SimHost from, SimHost to, LongConsumer arrival) {
        if (to.island() == from.island() && random.nextDouble() >= loss) {
            arrival.accept(delayNs());
        }
    }

    private long delayNs() {
        long spread = maxDelay.minus(minDelay).toNanos();
        return minDelay.toNanos() + (spread == 0 ? 0 : random.nextLong(spread));
    }

    private void deliver(SimHost to, Packet packet, long delayNs) {
        time.at(time.nowNs() + delayNs, () -> {
            for (SimPacketChannel socket : List.copyOf(channels)) { // those that are open when it arrives
                if (socket.host() == to && socket.isIpv6() == packet.source instanceof Inet6Address) {
                    socket.arrive(packet.bytes, packet.source, packet.destination, packet.hopLimit);
                }
            }
        });
    }

    /** The process reads what had arrived. */
    void read(SimPacketChannel by, byte[] bytes, InetAddress source) {
        if (tap != null) {
            tap.read(by.host(), bytes, source);
        }
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes); // consumes, as a channel may
        return bytes;
    }
}
