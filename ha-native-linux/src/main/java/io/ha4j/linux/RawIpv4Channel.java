package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.PacketChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One raw IPv4 socket (raw(7)) for both directions. It is bound to the link and to no address, because a bound raw
 * socket receives what is sent to that address only, and so no multicast; the source of what it sends comes from
 * IP_MULTICAST_IF. It stays with the interface it was opened on: when that is deleted and another takes its name, a
 * new channel is needed.
 */
final class RawIpv4Channel implements PacketChannel, Resource {
    private static final Logger log = LoggerFactory.getLogger(RawIpv4Channel.class);

    private static final int IPPROTO_IP = 0; // linux/in.h
    private static final int IP_TOS = 1;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_MULTICAST_ALL = 49;

    private static final int CONTROL_TRAFFIC = 0xc0; // DSCP CS6, as routing protocols and keepalived use it
    private static final int PRIORITY_CONTROL = 6; // TC_PRIO_INTERACTIVE, the highest without a capability
    private static final int RECEIVE_BUFFER = 256 * 1024;
    private static final int CAPACITY = 4096; // a VRRP packet has at most 20 + 8 + 4 * 255 bytes
    private static final int PACKETS_PER_WAKE_UP = 64;
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final KernelSocket socket;
    private final Receiver receiver;
    private final String name;
    private final ByteBuffer group;
    private final Ipv4Packet packet = new Ipv4Packet(CAPACITY);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(CAPACITY);
    private final Inet4Cache addresses = new Inet4Cache();
    private final Subscription watch;

    private boolean closed;
    private long malformed;
    private long lastLogNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

    RawIpv4Channel(LinuxSyscalls syscalls, EpollEventLoop loop, Spec spec, Receiver receiver) {
        this.receiver = receiver;
        name = "raw " + spec.protocol() + " on " + spec.link().name();
        group = SocketAddresses.inet(spec.group());
        socket = KernelSocket.open(syscalls, SocketAddresses.AF_INET, KernelSocket.SOCK_RAW, spec.protocol(), name);
        try {
            configure(spec);
            watch = loop.watch(socket.fd(), this::receive);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void configure(Spec spec) {
        // First, so that nothing of another interface gets in.
        byte[] linkName = (spec.link().name() + '\0').getBytes(StandardCharsets.UTF_8);
        socket.option(
                KernelSocket.SOL_SOCKET,
                KernelSocket.SO_BINDTODEVICE,
                ByteBuffer.allocateDirect(linkName.length).put(linkName),
                "SO_BINDTODEVICE");
        socket.option(KernelSocket.SOL_SOCKET, KernelSocket.SO_RCVBUF, RECEIVE_BUFFER, "SO_RCVBUF");
        socket.option(IPPROTO_IP, IP_TOS, CONTROL_TRAFFIC, "IP_TOS");
        // After IP_TOS, which sets the priority too.
        socket.option(KernelSocket.SOL_SOCKET, KernelSocket.SO_PRIORITY, PRIORITY_CONTROL, "SO_PRIORITY");
        socket.option(IPPROTO_IP, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL"); // no groups of other sockets
        socket.option(IPPROTO_IP, IP_MULTICAST_LOOP, 0, "IP_MULTICAST_LOOP");
        socket.option(IPPROTO_IP, IP_MULTICAST_TTL, spec.hopLimit(), "IP_MULTICAST_TTL");
        byte[] group = spec.group().getAddress();
        int index = spec.link().index();
        socket.option(
                IPPROTO_IP,
                IP_MULTICAST_IF,
                SocketAddresses.multicastRequest(group, spec.source().getAddress(), index),
                "IP_MULTICAST_IF");
        socket.option(
                IPPROTO_IP,
                IP_ADD_MEMBERSHIP,
                SocketAddresses.multicastRequest(group, new byte[4], index),
                "IP_ADD_MEMBERSHIP");
    }

    @Override
    public void send(ByteBuffer payload) {
        if (closed) {
            throw new HaException("sendto(" + name + "): closed");
        }
        int length = payload.remaining();
        if (length > CAPACITY) {
            throw new IllegalArgumentException("payload must have at most " + CAPACITY + " bytes, but had " + length);
        }
        outgoing.clear().put(payload);
        socket.send(outgoing, length, group);
    }

    private void receive() {
        for (int i = 0; i < PACKETS_PER_WAKE_UP && !closed; i++) {
            int received;
            try {
                received = socket.receive(packet.bytes());
            } catch (KernelException e) {
                report(e.getMessage()); // an error that the socket kept for us, such as ENETDOWN; reading clears it
                return;
            }
            if (received < 0) {
                return;
            }
            if (packet.parse(received)) {
                receiver.received(
                        packet.payload(),
                        addresses.get(packet.source()),
                        addresses.get(packet.destination()),
                        packet.timeToLive());
            } else {
                malformed++;
                report(malformed + " packets with a malformed IP header so far");
            }
        }
    }

    private void report(@Nullable String what) {
        long now = System.nanoTime();
        if (now - lastLogNanos >= LOG_INTERVAL_NANOS) {
            lastLogNanos = now;
            log.warn("{}: {}", name, what);
        }
    }

    /** Packets that were dropped because their IP header makes no sense. */
    long malformed() {
        return malformed;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            watch.close();
            socket.close();
        }
    }
}
