package io.ha4j.lb;

import io.ha4j.HaException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.PeerCredentials;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The new process's end of the conversation that {@link Succession} shows. One thread at a time. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, which is waited for
final class Predecessor {
    private static final Logger log = LoggerFactory.getLogger(Predecessor.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private static final int MAX_LISTENERS = 65_536;

    private final Path path;
    private final EpollDomainSocketChannel connection;
    private final long pid;
    private final BlockingQueue<Object> inbox;

    private Predecessor(Path path, EpollDomainSocketChannel connection, long pid, BlockingQueue<Object> inbox) {
        this.path = path;
        this.connection = connection;
        this.pid = pid;
        this.inbox = inbox;
    }

    /**
     * Null where nobody listens at the path.
     *
     * @throws HaException if somebody does who is not to be trusted
     */
    static @Nullable Predecessor find(Path path, IoEventLoopGroup loop) {
        if (!Files.exists(path)) {
            return null;
        }
        BlockingQueue<Object> inbox = new LinkedBlockingQueue<>();
        ChannelFuture connected = new Bootstrap()
                .group(loop)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel channel) {
                        Lines.addTo(channel.pipeline()).addLast(new Inbox(inbox));
                    }
                })
                .connect(new DomainSocketAddress(path.toString()))
                .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            if (connected.cause() instanceof ConnectException || connected.cause() instanceof FileNotFoundException) {
                return null; // it was killed, and its file is still there
            }
            throw new HaException(
                    "hot restart path " + path + " cannot be asked: " + Errno.describe(connected.cause()),
                    connected.cause());
        }
        EpollDomainSocketChannel connection = (EpollDomainSocketChannel) connected.channel();
        try {
            PeerCredentials peer = connection.peerCredentials();
            if (peer.uid() != Users.own()) {
                throw new HaException("hot restart path " + path + ": process " + peer.pid()
                        + " there runs as another user, uid " + peer.uid());
            }
            return new Predecessor(path, connection, peer.pid(), inbox);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e instanceof HaException known
                    ? known
                    : new HaException(
                            "hot restart path " + path + ": who is there cannot be told, or has gone: "
                                    + Errno.describe(e),
                            e);
        }
    }

    /** What comes, in order, and the end. */
    private static final class Inbox extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<Object> inbox;

        Inbox(BlockingQueue<Object> inbox) {
            this.inbox = inbox;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            inbox.add(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            inbox.add(End.OF_STREAM);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("hot restart: the predecessor's connection failed", cause);
            context.close();
        }
    }

    private enum End {
        OF_STREAM
    }

    long pid() {
        return pid;
    }

    /** Its listening sockets, which are the caller's. */
    List<FileDescriptor> receive() {
        say(Lines.HELLO);
        String[] answer = line(Lines.LISTENERS).split(" ", -1);
        int count = Integer.parseInt(answer[1]);
        if (count > MAX_LISTENERS) {
            throw failed("it has " + count + " listeners");
        }
        List<FileDescriptor> received = new ArrayList<>();
        readMode(DomainSocketReadMode.FILE_DESCRIPTORS);
        say(Lines.SEND);
        while (received.size() < count) {
            if (next() instanceof FileDescriptor socket) {
                received.add(socket);
            } else {
                throw failed("it ended after " + received.size() + " of " + count + " listeners");
            }
        }
        readMode(DomainSocketReadMode.BYTES);
        return received;
    }

    /** As a task, as it must not change while the channel reads; the other end says nothing before it is asked. */
    private void readMode(DomainSocketReadMode mode) {
        connection
                .eventLoop()
                .submit(() -> connection.config().setReadMode(mode))
                .awaitUninterruptibly();
    }

    /**
     * Makes it give way.
     *
     * @throws HaException if it does not
     */
    void replace() {
        say(Lines.READY);
        line(Lines.GOING);
    }

    /** Waits until its application has made room. */
    void awaitDone() {
        Object answer = poll();
        if (!Lines.DONE.equals(answer)) {
            log.warn("process {} has not made room within {} s: {}", pid, ANSWER_LIMIT.toSeconds(), answer);
        }
    }

    boolean awaitEnd(Duration limit) {
        return connection.closeFuture().awaitUninterruptibly(TimeUnit.MILLISECONDS.convert(limit));
    }

    void close() {
        connection.close();
    }

    private void say(String line) {
        connection.writeAndFlush(line);
    }

    private String line(String expected) {
        Object next = next();
        if (next instanceof String line && line.startsWith(expected)) {
            return line;
        }
        throw failed(
                next instanceof End
                        ? "it ended the connection"
                        : next instanceof String line && line.startsWith(Lines.REFUSED)
                                ? "it refused: "
                                        + line.substring(Lines.REFUSED.length()).trim()
                                : "it said '" + next + "' and not '" + expected + "'");
    }

    private Object next() {
        Object next = poll();
        if (next == null) {
            throw failed("no answer within " + ANSWER_LIMIT.toSeconds() + " s");
        }
        return next;
    }

    private @Nullable Object poll() {
        try {
            return inbox.poll(ANSWER_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted");
        }
    }

    private HaException failed(String why) {
        connection.close();
        return new HaException("hot restart: process " + pid + " at " + path + " does not give its listeners: " + why
                + "; it goes on as before");
    }
}
