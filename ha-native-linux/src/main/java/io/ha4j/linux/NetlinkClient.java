package io.ha4j.linux;

import io.ha4j.HaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one netlink family and their answers. The kernel works a request off within the call that sends it
 * (netlink(7)), so the answers are waiting when that call returns and reading them never blocks. Not thread-safe.
 */
final class NetlinkClient implements AutoCloseable {
    static final int NETLINK_ROUTE = 0; // linux/netlink.h
    static final int NETLINK_NETFILTER = 12;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;

    private static final int BUFFER = 64 * 1024; // the kernel fills at most 32 KiB per read of a dump
    private static final int RECEIVE_BUFFER = 1024 * 1024;
    private static final int DUMP_ATTEMPTS = 10;

    private final KernelSocket socket;
    private final NetlinkBatch batch = new NetlinkBatch(BUFFER);
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER);
    private int nextSequence = 1;
    private int port;
    private boolean answersMayWait; // those of an exchange that failed half-way

    NetlinkClient(LinuxSyscalls syscalls, int protocol, String name) {
        socket = KernelSocket.open(syscalls, SocketAddresses.AF_NETLINK, KernelSocket.SOCK_RAW, protocol, name);
        try {
            // A batch of 255 requests is acknowledged before the first answer can be read.
            socket.option(KernelSocket.SOL_SOCKET, KernelSocket.SO_RCVBUF, RECEIVE_BUFFER, "SO_RCVBUF");
            socket.option(SOL_NETLINK, NETLINK_CAP_ACK, 1, "NETLINK_CAP_ACK");
            socket.option(SOL_NETLINK, NETLINK_EXT_ACK, 1, "NETLINK_EXT_ACK");
            socket.bind(SocketAddresses.netlink(0));
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** One whose descriptor is higher than this one, for {@link LowDescriptors}. */
    static NetlinkClient above(int descriptor, LinuxSyscalls syscalls, int protocol, String name) {
        List<NetlinkClient> fillers = new ArrayList<>(); // in the gaps below
        try {
            while (true) {
                NetlinkClient client = new NetlinkClient(syscalls, protocol, name);
                if (client.socket.fd() > descriptor) {
                    return client;
                }
                fillers.add(client);
            }
        } finally {
            fillers.forEach(NetlinkClient::close);
        }
    }

    /**
     * Lets the kernel close it at once when the process dies.
     *
     * @throws HaException if the keeper does not take it
     */
    void entrust(SocketKeeper keeper) {
        socket.entrust(keeper);
    }

    /** Sets an option to 1. */
    void option(int level, int option, String name) {
        socket.option(level, option, 1, name);
    }

    /** An empty batch; there is one per client, so it is to be sent before the next is begun. */
    NetlinkBatch batch() {
        return batch.reset(nextSequence);
    }

    /**
     * Sends the batch, each request of which has to ask for an acknowledgement (NLM_F_ACK).
     *
     * @return one answer per request, in their order
     */
    List<NetlinkAck> send(NetlinkBatch batch) {
        @Nullable NetlinkAck[] acks = exchange(batch);
        long missing = Arrays.stream(acks).filter(Objects::isNull).count();
        if (missing > 0) {
            throw new HaException("recv(" + socket + "): the kernel did not acknowledge " + missing + " of "
                    + acks.length + " requests");
        }
        return Arrays.asList(acks);
    }

    /**
     * Sends a batch of requests of which only the last one is acknowledged; the others have to be without NLM_F_ACK.
     *
     * @return an answer to the last one, and to each that was refused; null for the others
     * @throws HaException if there is no answer to the last one
     */
    @Nullable
    NetlinkAck[] sendAcknowledgingLast(NetlinkBatch batch) {
        int last = batch.count() - 1;
        nextSequence = batch.firstSequence() + batch.count();
        @Nullable NetlinkAck[] acks = new NetlinkAck[batch.count()];
        try (KernelSocket.Loan unused = socket.borrow()) {
            discardWaiting();
            socket.send(batch.acknowledgeLast().bytes(), batch.length(), null);
            while (acks[last] == null) { // the kernel answers in the order of the requests
                if (collect(acks, batch.firstSequence()) == 0) {
                    throw new HaException("recv(" + socket + "): the kernel did not acknowledge a batch of requests");
                }
            }
        }
        answersMayWait = false;
        return acks;
    }

    /**
     * Sends a batch that may be answered in part: of a transaction of netfilter, the kernel acknowledges what it looked
     * at, and refuses the whole by an answer to the first request.
     *
     * @return one answer per request, in their order; null where there was none
     */
    @Nullable
    NetlinkAck[] exchange(NetlinkBatch batch) {
        nextSequence = batch.firstSequence() + batch.count();
        @Nullable NetlinkAck[] acks = new NetlinkAck[batch.count()];
        int missing = acks.length;
        try (KernelSocket.Loan unused = socket.borrow()) {
            discardWaiting();
            socket.send(batch.bytes(), batch.length(), null);
            while (missing > 0) {
                int before = missing;
                missing -= collect(acks, batch.firstSequence());
                if (missing == before) {
                    break;
                }
            }
        }
        answersMayWait = missing > 0;
        return acks;
    }

    /** What the kernel calls this socket, in what it tells others of our changes; 0 before the first answer. */
    int port() {
        return port;
    }

    private int collect(@Nullable NetlinkAck[] acks, int firstSequence) {
        int length = receive();
        int[] found = {0};
        NetlinkMessages.forEach(received.clear().limit(Math.max(length, 0)), (header, body) -> {
            int request = header.sequence() - firstSequence;
            NetlinkAck ack = NetlinkAck.parse(header, body);
            if (header.type() == NetlinkHeader.NLMSG_ERROR && request >= 0 && request < acks.length && ack != null) {
                port = header.port();
                acks[request] = ack;
                found[0]++;
            }
        });
        return found[0];
    }

    /**
     * Asks for all objects of a kind.
     *
     * @param type such as RTM_GETLINK
     * @param familyHeader the family's own header, zeros for everything
     * @param begin called before the first object, and again whenever the dump has to begin anew because objects
     *     changed under it
     */
    void dump(int type, byte[] familyHeader, Runnable begin, NetlinkMessages.Visitor visitor) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            begin.run();
            if (ask(type, NetlinkHeader.NLM_F_DUMP, familyHeader, visitor)) {
                return;
            }
        }
        throw new HaException("dump(" + socket + "): interrupted by changes " + DUMP_ATTEMPTS + " times");
    }

    /** Asks for one object, which the family's header names. */
    void get(int type, byte[] familyHeader, NetlinkMessages.Visitor visitor) {
        boolean unused = ask(type, NetlinkHeader.NLM_F_ACK, familyHeader, visitor);
    }

    /** Whether nothing changed meanwhile. */
    private boolean ask(int type, int flags, byte[] familyHeader, NetlinkMessages.Visitor visitor) {
        NetlinkBatch request = batch().begin(type, flags);
        request.body().put(familyHeader);
        request.end();
        int sequence = nextSequence++;
        Dump dump = new Dump(sequence, visitor);
        try (KernelSocket.Loan unused = socket.borrow()) {
            discardWaiting();
            socket.send(request.bytes(), request.length(), null);
            while (!dump.done) {
                int length = receive();
                if (length < 0) {
                    throw new HaException("recv(" + socket + "): the kernel did not end its answer");
                }
                NetlinkMessages.forEach(received.clear().limit(length), dump);
            }
        }
        answersMayWait = false;
        if (dump.errno != 0) {
            throw new KernelException("request(" + socket + ")", dump.errno);
        }
        return !dump.interrupted;
    }

    /** Before an exchange: what an earlier one that failed half-way may have left. */
    private void discardWaiting() {
        while (answersMayWait && socket.receive(received) >= 0) {}
        answersMayWait = true; // until all answers were read
    }

    private int receive() {
        int length = socket.receive(received);
        if (length > received.capacity()) {
            throw new HaException("recv(" + socket + "): message of " + length + " bytes was cut off");
        }
        return length;
    }

    @Override
    public void close() {
        socket.close();
    }

    private static final class Dump implements NetlinkMessages.Visitor {
        private final int sequence;
        private final NetlinkMessages.Visitor visitor;
        private boolean interrupted;
        private boolean done;
        private int errno;

        Dump(int sequence, NetlinkMessages.Visitor visitor) {
            this.sequence = sequence;
            this.visitor = visitor;
        }

        @Override
        public void message(NetlinkHeader header, ByteBuffer body) {
            if (header.sequence() != sequence) {
                return;
            }
            interrupted |= (header.flags() & NetlinkHeader.NLM_F_DUMP_INTR) != 0;
            if (header.type() == NetlinkHeader.NLMSG_DONE || header.type() == NetlinkHeader.NLMSG_ERROR) {
                done = true; // both begin with an errno
                errno = body.remaining() < Integer.BYTES ? 0 : -body.getInt(0);
            } else {
                visitor.message(header, body);
            }
        }
    }
}
