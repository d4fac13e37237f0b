package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Netty's io_uring, for handles that were written for epoll: what would be an epoll_ctl(2) is a poll request in the ring,
 * submitted with the wait for the next events, and so costs no call of its own.
 *
 * <p>Not with Netty's io_uring channels: 4.2.18's cannot adopt a descriptor, are all IPv6, read on after an end of stream
 * whatever {@code autoRead} says, and without a buffer ring do not hear of a reset that came right after data.
 */
final class UringHandler extends ForwardingIoHandler {
    private final ThreadAwareExecutor executor;
    private @Nullable IoHandler epoll; // only to lend its memory to Netty's epoll channels
    private @Nullable IoRegistration epollsMemory;
    private Happened latest = new Happened(EpollIoOps.EPOLLIN);

    private UringHandler(ThreadAwareExecutor executor, IoHandler netty) {
        super(netty);
        this.executor = executor;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = IoUringIoHandler.newFactory();
        return executor -> new UringHandler(executor, factory.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Polled polled = new Polled((EpollIoHandle) handle);
        polled.ring = netty.register(polled);
        return polled;
    }

    @Override
    public void destroy() {
        super.destroy();
        if (epoll != null) {
            epoll.prepareToDestroy();
            epoll.destroy();
        }
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return EpollIoHandle.class.isAssignableFrom(handleType);
    }

    /** Mostly the same as the last time. */
    private Happened happened(int events) {
        if (latest.ops.value() != events) {
            latest = new Happened(EpollIoOps.valueOf(events));
        }
        return latest;
    }

    /** What Netty's epoll channels write from: arrays of addresses, one for each event loop. */
    private IoRegistration epollsMemory() {
        IoRegistration found = epollsMemory;
        if (found == null) {
            IoHandler lender = EpollIoHandler.newFactory().newHandler(executor);
            epoll = lender;
            try {
                found = lender.register(new Nothing());
            } catch (Exception e) {
                throw new IllegalStateException("no epoll beside io_uring", e);
            }
            epollsMemory = found;
        }
        return found;
    }

    /** A handle's place in the ring: at most one poll request, whose number is in its completions. */
    private final class Polled implements IoRegistration, IoUringIoHandle {
        private static final byte POLL_ADD = 6; // linux/io_uring.h
        private static final byte ASYNC_CANCEL = 14;
        private static final int ADD_MULTI = 1;
        private static final int MORE = 1 << 1;
        private static final int EVENTS = 0xFFFF; // poll(2)'s, which are epoll's

        private final EpollIoHandle handle;
        private @Nullable IoRegistration ring;
        private EpollIoOps wanted = EpollIoOps.NONE;
        private short number;
        private long armed; // what the ring knows the poll request by; 0 for none

        Polled(EpollIoHandle handle) {
            this.handle = handle;
        }

        private IoRegistration ring() {
            return requireNonNull(ring, "registered");
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        /** As with epoll_ctl(2), what is there already is reported (again). */
        @Override
        public long submit(IoOps ops) {
            disarm();
            wanted = (EpollIoOps) ops;
            arm();
            return armed;
        }

        private boolean isEdgeTriggered() {
            return wanted.contains(EpollIoOps.EPOLLET);
        }

        /** The kernel looks at the socket first, so that nothing is missed between two requests. */
        private void arm() {
            if (!isValid()) {
                return;
            }
            number++;
            int how = isEdgeTriggered() ? ADD_MULTI : 0;
            armed = submit(POLL_ADD, handle.fd().intValue(), 0, how, wanted.value() & EVENTS);
        }

        private void disarm() {
            if (armed != 0 && isValid()) {
                submit(ASYNC_CANCEL, -1, armed, 0, 0);
            }
            armed = 0;
        }

        private long submit(byte operation, int fd, long address, int length, int events) {
            byte flags = 0;
            short none = 0;
            return ring().submit(new IoUringIoOps(
                    operation, flags, none, fd, 0, address, length, events, (long) number, none, none, 0, 0));
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            IoUringIoEvent completion = (IoUringIoEvent) event;
            if (completion.opcode() != POLL_ADD || completion.userData() != number || armed == 0 || !isValid()) {
                return; // of a request that was given up
            }
            boolean over = (completion.flags() & MORE) == 0;
            short before = number;
            if (over) {
                armed = 0;
            }
            handle.handle(this, happened(completion.res() < 0 ? EpollIoOps.EPOLLERR.value() : completion.res()));
            if (over && number == before) {
                arm();
            }
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return epollsMemory().attachment();
        }

        @Override
        public boolean isValid() {
            return ring().isValid();
        }

        @Override
        public boolean cancel() {
            disarm();
            return ring().cancel();
        }

        /** The event loop ends. */
        @Override
        public void close() throws Exception {
            handle.close();
        }
    }

    /** Is in an epoll set that nobody waits for. */
    private static final class Nothing implements EpollIoHandle {
        private final TcpSocket socket = TcpSocket.open(InetAddress.getLoopbackAddress());

        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {}

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Happened(EpollIoOps ops) implements EpollIoEvent {}
}
