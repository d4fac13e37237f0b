package io.ha4j.lb;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a check: one socket, one deadline, one outcome. What the {@link Dialogue} says first is the outcome,
 * and the socket is closed with it. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class Attempt {
    /** @param counted false when this machine lacked something, which says nothing about the backend */
    record Outcome(boolean success, boolean counted, String detail) {}

    private final EventLoop loop;
    private final InetSocketAddress remote;
    private final @Nullable InetSocketAddress source;
    private final Duration timeout;
    private final long deadlineNanos;
    private final Consumer<Outcome> whenEnded;
    private @Nullable Channel channel;
    private @Nullable Dialogue connected; // null until then
    private @Nullable ScheduledFuture<?> deadline;
    private String expected = "";
    private boolean ended;

    /** @param source what the socket is bound to; null for what the kernel chooses */
    Attempt(
            EventLoop loop,
            InetSocketAddress remote,
            @Nullable InetSocketAddress source,
            Duration timeout,
            Consumer<Outcome> whenEnded) {
        this.loop = loop;
        this.remote = remote;
        this.source = source;
        this.timeout = timeout;
        this.whenEnded = whenEnded;
        deadlineNanos = System.nanoTime() + timeout.toNanos();
    }

    void start(IoTransport transport, Function<Attempt, Dialogue> dialogues) {
        Dialogue dialogue = dialogues.apply(this);
        Channel opened;
        try {
            opened = dialogue.isDatagram() ? transport.datagram(remote) : transport.socket(remote);
        } catch (RuntimeException e) {
            failed(e);
            return;
        }
        channel = opened;
        opened.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        opened.config().setConnectTimeoutMillis(0); // the deadline is for everything
        if (source != null) {
            prepareBind(opened, source);
        }
        deadline = loop.schedule(() -> timedOut(dialogue), timeout.toNanos(), TimeUnit.NANOSECONDS);
        loop.register(opened).addListener(registered -> {
            if (!registered.isSuccess()) {
                failed(registered.cause());
                return;
            }
            dialogue.prepare(opened);
            ChannelFuture connect = source == null ? opened.connect(remote) : opened.connect(remote, source);
            connect.addListener(done -> {
                if (!done.isSuccess()) {
                    failed(done.cause());
                } else if (!ended) {
                    connected = dialogue;
                    dialogue.connected(opened);
                }
            });
        });
    }

    /** So that attempts do not run out of ports, each of which the kernel keeps for a minute after a close (TIME_WAIT). */
    private static void prepareBind(Channel channel, InetSocketAddress source) {
        if (source.getPort() == 0) {
            channel.config().setOption(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true); // without effect but on epoll
        } else {
            channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
            channel.config().setOption(ChannelOption.SO_LINGER, 0); // a reset leaves the port free for the next attempt
        }
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** In terms of {@link System#nanoTime()}. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Runs it on the event loop, if that is of use still. Any thread. */
    void later(Runnable step) {
        try {
            loop.execute(() -> {
                if (!ended) {
                    step.run();
                }
            });
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and the check with it.
        }
    }

    /** What the dialogue waits for from now on, for the reason of a failure: {@code a status}. */
    void expect(String what) {
        expected = what;
    }

    void succeed(String detail) {
        end(new Outcome(true, true, subject() + detail), true);
    }

    void fail(String detail) {
        end(new Outcome(false, true, subject() + detail), false);
    }

    /** The other end has closed the connection. */
    void closed() {
        fail("connection closed, but expected " + expected);
    }

    void failed(Throwable failure) {
        Errno errno = Errno.of(failure);
        String why = Plain.text(Errno.describe(failure));
        if (connected != null) {
            why += ", but expected " + expected;
        }
        end(new Outcome(false, errno == null || !errno.isLocal(), subject() + why), false);
    }

    private void timedOut(Dialogue dialogue) {
        String within = " within " + timeout.toMillis() + " ms";
        if (connected == null) {
            fail("no answer" + within);
        } else {
            dialogue.timedOut(within);
        }
    }

    String expected() {
        return expected;
    }

    private String subject() {
        if (connected == null) {
            return "connect to " + HostPort.text(remote) + ": ";
        }
        return connected.subject().isEmpty() ? "" : connected.subject() + ": ";
    }

    /** Ends it without an outcome. */
    void cancel() {
        ended = true;
        release(false);
    }

    private void end(Outcome outcome, boolean politely) {
        if (!ended) {
            ended = true;
            release(politely);
            whenEnded.accept(outcome);
        }
    }

    private void release(boolean politely) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (channel == null) {
            return;
        }
        if (politely || !channel.isRegistered()) {
            channel.close();
        } else {
            channel.unsafe().close(channel.unsafe().voidPromise()); // at once: no handler says goodbye first
        }
    }
}
