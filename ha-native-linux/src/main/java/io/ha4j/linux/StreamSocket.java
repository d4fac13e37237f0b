package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.StreamChannel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** A TCP connection on the event loop (tcp(7)), made or accepted. */
final class StreamSocket implements StreamChannel, Resource {
    private static final int IPPROTO_TCP = 6; // linux/in.h
    private static final int TCP_NODELAY = 1; // linux/tcp.h
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int SO_KEEPALIVE = 9; // asm-generic/socket.h
    private static final int CAPACITY = 1024; // messages are small
    private static final int READS_PER_WAKE_UP = 4;

    static {
        // What the end of a connection needs is loaded now: then somebody waits for it.
        End unused = kind(new KernelException("recv", Errno.ECONNRESET));
    }

    private final KernelSocket socket;
    private final InetAddress remote;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(CAPACITY);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(CAPACITY);
    private Receiver receiver;
    private Subscription watch;
    private boolean closed;

    private StreamSocket(KernelSocket socket, InetAddress remote) {
        this.socket = socket;
        this.remote = remote;
        this.receiver = NOBODY;
        this.watch = () -> {};
    }

    private static final Receiver NOBODY = new Receiver() {
        @Override
        public void received(ByteBuffer bytes) {}

        @Override
        public void ended(End end, String detail) {}
    };

    /** @throws KernelException if the kernel refuses at once */
    static StreamSocket connect(
            LinuxSyscalls syscalls, EpollEventLoop loop, Place from, InetAddress to, int port, Receiver receiver) {
        KernelSocket socket = open(
                syscalls, from, "TCP to port " + port + " on " + from.link().name());
        try {
            socket.bind(SocketAddresses.inet(from.address(), 0, from.link().index()));
            socket.connect(SocketAddresses.inet(to, port, from.link().index()));
            StreamSocket stream = new StreamSocket(socket, to);
            stream.begin(loop, receiver);
            return stream;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** One that was accepted; it receives nothing before {@link #begin}. */
    static StreamSocket accepted(KernelSocket.Accepted accepted) {
        return new StreamSocket(accepted.socket(), accepted.remote());
    }

    /** A socket of this place's family and link. */
    static KernelSocket open(LinuxSyscalls syscalls, Place place, String name) {
        int domain = place.address() instanceof Inet4Address ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6;
        KernelSocket socket = KernelSocket.open(syscalls, domain, KernelSocket.SOCK_STREAM, 0, name);
        try {
            RawChannel.bindToLink(socket, place.link());
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    void begin(EpollEventLoop loop, Receiver receiver) {
        options();
        this.receiver = receiver;
        watch = loop.watch(socket.fd(), this::read);
    }

    private void options() {
        socket.option(IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
        // So that a peer whose machine is gone does not stay for ever.
        socket.option(KernelSocket.SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE");
        socket.option(IPPROTO_TCP, TCP_KEEPIDLE, 10, "TCP_KEEPIDLE");
        socket.option(IPPROTO_TCP, TCP_KEEPINTVL, 5, "TCP_KEEPINTVL");
        socket.option(IPPROTO_TCP, TCP_KEEPCNT, 3, "TCP_KEEPCNT");
    }

    /** As the other one, for a connection whose end is to tell the other side at once that this process has died. */
    void begin(EpollEventLoop loop, Receiver receiver, LinuxSyscalls syscalls, Supplier<SocketKeeper> keeper) {
        Readiness readiness = new Readiness(syscalls, socket);
        try {
            socket.entrust(keeper.get());
        } catch (HaException e) { // the guard says why
            readiness.close();
            begin(loop, receiver);
            return;
        }
        try (KernelSocket.Loan unused = socket.borrow()) {
            options();
            this.receiver = receiver;
            watch = readiness.watch(loop, this::read);
        } catch (RuntimeException e) {
            readiness.close();
            throw e;
        }
    }

    private void read() {
        try (KernelSocket.Loan unused = socket.borrow()) {
            readSome();
        } catch (HaException e) {
            end(End.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void readSome() {
        for (int i = 0; i < READS_PER_WAKE_UP && !closed; i++) {
            int length;
            try {
                length = socket.read(incoming);
            } catch (KernelException e) {
                end(kind(e), String.valueOf(e.getMessage()));
                return;
            }
            if (length < 0) {
                return;
            }
            if (length == 0) {
                end(End.FINISHED, "closed by the other side");
                return;
            }
            receiver.received(incoming.position(0).limit(length));
        }
    }

    private static End kind(KernelException e) {
        return switch (e.errno()) {
            case Errno.ECONNREFUSED -> End.REFUSED;
            case Errno.ECONNRESET -> End.RESET;
            default -> End.FAILED;
        };
    }

    private void end(End end, String detail) {
        close();
        receiver.ended(end, detail);
    }

    @Override
    public InetAddress remote() {
        return remote;
    }

    @Override
    public void send(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (closed || length > CAPACITY) {
            throw new HaException("sendto(" + socket + "): " + (closed ? "closed" : length + " bytes are too many"));
        }
        outgoing.clear().put(bytes);
        try (KernelSocket.Loan unused = socket.borrow()) {
            if (socket.write(outgoing, length) < length) {
                throw new HaException("sendto(" + socket + "): the other side does not read");
            }
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
            watch.close();
            socket.close();
        }
    }
}
