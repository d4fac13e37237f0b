package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One raw socket (raw(7)) for both directions. It stays with the interface it was opened on: when that is deleted and
 * another takes its name, a new channel is needed.
 */
final class RawChannel implements PacketChannel, Resource {
    /** More than any VRRP packet has: 20 + 8 + 4 * 255 bytes over IPv4, 8 + 16 * 255 over IPv6. */
    static final int CAPACITY = 4096;

    /** DSCP CS6, as routing protocols and keepalived use it. */
    static final int CONTROL_TRAFFIC = 0xc0;

    private static final Logger log = LoggerFactory.getLogger(RawChannel.class);

    private static final int PRIORITY_CONTROL = 6; // TC_PRIO_INTERACTIVE, the highest without a capability
    private static final int RECEIVE_BUFFER = 256 * 1024;
    private static final int PACKETS_PER_WAKE_UP = 64;
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LinuxSyscalls syscalls;
    private final Spec spec;
    private final KernelSocket socket;
    private final RawIp ip;
    private final Receiver receiver;
    private final String name;
    private final ByteBuffer group;
    private final Map<InetAddress, ByteBuffer> destinations =
            new HashMap<>(); // the few peers, so that sending makes none
    private final PacketBatch batch;
    private final Runnable sendBatch = this::sendBatch;
    private final EpollEventLoop loop;
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(CAPACITY);
    private final Subscription watch;

    private @Nullable EthernetSender ethernet;
    private @Nullable KernelSocket unicastSocket; // that of multicast where this can serve both
    private boolean closed;
    private long malformed;
    private long lastLogNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

    /** @param ip of the family of the source */
    RawChannel(LinuxSyscalls syscalls, EpollEventLoop loop, Spec spec, RawIp ip, Receiver receiver) {
        this.syscalls = syscalls;
        this.loop = loop;
        this.spec = spec;
        this.ip = ip;
        this.receiver = receiver;
        name = "raw " + spec.protocol() + " on " + spec.link().name();
        group = ip.socketAddress(spec.group());
        socket = KernelSocket.open(syscalls, ip.domain(), KernelSocket.SOCK_RAW, spec.protocol(), name);
        try {
            configure();
            batch = new PacketBatch(syscalls, socket, group);
            watch = loop.watch(socket.fd(), this::receive);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void configure() {
        bindToLink(socket, spec.link()); // first, so that nothing of another interface gets in
        socket.option(KernelSocket.SOL_SOCKET, KernelSocket.SO_RCVBUF, RECEIVE_BUFFER, "SO_RCVBUF");
        ip.configure(socket, spec);
        // After the traffic class, which sets the priority too.
        socket.option(KernelSocket.SOL_SOCKET, KernelSocket.SO_PRIORITY, PRIORITY_CONTROL, "SO_PRIORITY");
    }

    static void bindToLink(KernelSocket socket, Link link) {
        byte[] linkName = (link.name() + '\0').getBytes(StandardCharsets.UTF_8);
        socket.option(
                KernelSocket.SOL_SOCKET,
                KernelSocket.SO_BINDTODEVICE,
                ByteBuffer.allocateDirect(linkName.length).put(linkName),
                "SO_BINDTODEVICE");
    }

    @Override
    public void send(ByteBuffer payload) {
        send(socket, payload, group);
    }

    @Override
    public void send(ByteBuffer payload, Outcome outcome) {
        if (closed || payload.remaining() > PacketBatch.PACKET_CAPACITY) {
            PacketChannel.super.send(payload, outcome);
            return;
        }
        if (batch.isFull()) {
            sendBatch();
        }
        boolean first = batch.isEmpty();
        batch.add(payload, outcome);
        if (first) {
            loop.afterTimers(sendBatch);
        }
    }

    private void sendBatch() {
        if (!batch.isEmpty()) { // else something that was not to wait has taken it along
            batch.send();
        }
    }

    @Override
    public void send(ByteBuffer payload, InetAddress destination) {
        ByteBuffer address = destinations.get(destination);
        if (address == null) {
            address = ip.socketAddress(destination);
            destinations.put(destination, address);
        }
        send(destination.isMulticastAddress() ? socket : unicastSocket(), payload, address);
    }

    @Override
    public void send(ByteBuffer payload, byte[] hardwareAddress) {
        requireSendable(payload);
        EthernetSender sender = ethernet;
        if (sender == null) {
            sender = new EthernetSender(syscalls, spec, name);
            ethernet = sender;
        }
        sender.send(payload, hardwareAddress);
    }

    private KernelSocket unicastSocket() {
        if (unicastSocket == null && !closed) {
            unicastSocket = ip.unicastSocket(socket, syscalls, spec, name);
        }
        return unicastSocket == null ? socket : unicastSocket;
    }

    private void send(KernelSocket socket, ByteBuffer payload, ByteBuffer address) {
        requireSendable(payload);
        int length = payload.remaining();
        outgoing.clear().put(payload);
        socket.send(outgoing, length, address);
    }

    private void requireSendable(ByteBuffer payload) {
        sendBatch(); // what came first leaves first
        if (closed) {
            throw new HaException("sendto(" + name + "): closed");
        }
        if (payload.remaining() > CAPACITY) {
            throw new IllegalArgumentException(
                    "payload must have at most " + CAPACITY + " bytes, but had " + payload.remaining());
        }
    }

    private void receive() {
        for (int i = 0; i < PACKETS_PER_WAKE_UP && !closed; i++) {
            int received;
            try {
                received = ip.receive(socket);
            } catch (KernelException e) {
                report(e.getMessage()); // an error that the socket kept for us, such as ENETDOWN; reading clears it
                return;
            }
            if (received < 0) {
                return;
            }
            if (!ip.deliver(received, receiver)) {
                malformed++;
                report(malformed + " malformed packets so far");
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

    /** Packets that were dropped because their IP header makes no sense, or was cut off. */
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
            sendBatch();
            closed = true;
            watch.close();
            socket.close();
            if (unicastSocket != null) {
                unicastSocket.close();
            }
            if (ethernet != null) {
                ethernet.close();
            }
        }
    }
}
