package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.StreamChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP socket that listens. Its descriptor is a low one: see {@link io.ha4j.spi.Host#listen}. */
final class StreamListener implements Subscription, Resource {
    private static final Logger log = LoggerFactory.getLogger(StreamListener.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SO_REUSEADDR = 2; // asm-generic/socket.h
    private static final int BACKLOG = 64;
    private static final int CONNECTIONS_PER_WAKE_UP = 16;

    private final EpollEventLoop loop;
    private final LowDescriptors descriptors;
    private final StreamChannel.Acceptor acceptor;
    private final Consumer<Resource> opened;
    private final KernelSocket socket;
    private final Subscription watch;
    private final StreamChannel.Place place;
    private final DeadPorts ports;
    private final LinuxSyscalls syscalls;
    private final Supplier<SocketKeeper> keeper;
    private boolean closed;
    private long lastLogNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

    /** @param opened is told of each connection */
    StreamListener(
            LinuxSyscalls syscalls,
            EpollEventLoop loop,
            LowDescriptors descriptors,
            DeadPorts ports,
            Supplier<SocketKeeper> keeper,
            StreamChannel.Place place,
            StreamChannel.Acceptor acceptor,
            Consumer<Resource> opened) {
        this.loop = loop;
        this.descriptors = descriptors;
        this.ports = ports;
        this.syscalls = syscalls;
        this.keeper = keeper;
        this.place = place;
        this.acceptor = acceptor;
        this.opened = opened;
        String name = "TCP port " + place.port() + " on " + place.link().name();
        socket = StreamSocket.open(syscalls, place, name);
        boolean lowered = false;
        try {
            socket.option(KernelSocket.SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR"); // after a restart
            socket.bind(SocketAddresses.inet(
                    place.address(), place.port(), place.link().index()));
            lowered = descriptors.lower(socket);
            if (!lowered) {
                throw new HaException("listen(" + name + "): this process listens at too many places already");
            }
            socket.listen(BACKLOG);
            watch = loop.watch(socket.fd(), this::accept);
            ports.add(place);
        } catch (RuntimeException e) {
            if (lowered) {
                descriptors.raise(socket);
            }
            socket.close();
            throw e;
        }
    }

    private void accept() {
        for (int i = 0; i < CONNECTIONS_PER_WAKE_UP && !closed; i++) {
            KernelSocket.Accepted accepted;
            try {
                accepted = socket.accept();
            } catch (KernelException e) {
                report(e);
                return;
            }
            if (accepted == null) {
                return;
            }
            accept(StreamSocket.accepted(accepted));
        }
    }

    private void accept(StreamSocket stream) {
        StreamChannel.Receiver receiver = acceptor.accepted(stream);
        if (receiver == null || !stream.isOpen()) {
            stream.close();
            return;
        }
        try {
            stream.begin(loop, receiver, syscalls, keeper);
            opened.accept(stream);
        } catch (HaException e) { // it has ended before it began
            stream.close();
            receiver.ended(StreamChannel.End.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void report(KernelException e) {
        long now = System.nanoTime();
        if (now - lastLogNanos >= LOG_INTERVAL_NANOS) {
            lastLogNanos = now;
            log.warn("{}", e.getMessage());
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ports.remove(place);
            watch.close();
            descriptors.raise(socket);
        }
    }
}
