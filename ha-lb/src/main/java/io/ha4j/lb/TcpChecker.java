package io.ha4j.lb;

import io.ha4j.TcpCheck;
import io.ha4j.spi.RiseFall;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to one backend time and again. {@link #close()} from any thread, everything else on its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class TcpChecker implements AutoCloseable {
    private final Targets targets;
    private final Target target;
    private final TcpCheck check;
    private final IoTransport transport;
    private final EventLoop loop;
    private final RiseFall riseFall;
    private boolean closed;
    private @Nullable ScheduledFuture<?> next;
    private @Nullable SocketChannel attempt;

    private TcpChecker(Targets targets, Target target, TcpCheck check, EventLoops loops) {
        this.targets = targets;
        this.target = target;
        this.check = check;
        transport = loops.transport();
        loop = loops.next();
        riseFall = new RiseFall(check.rise(), check.fall());
    }

    /** @param delayNanos until the first attempt */
    static TcpChecker start(Targets targets, Target target, TcpCheck check, EventLoops loops, long delayNanos) {
        TcpChecker checker = new TcpChecker(targets, target, check, loops);
        checker.loop.execute(() -> checker.schedule(delayNanos));
        return checker;
    }

    private void schedule(long delayNanos) {
        if (!closed) {
            next = loop.schedule(this::attempt, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void attempt() {
        SocketChannel channel;
        try {
            channel = transport.socket(target.address());
        } catch (RuntimeException e) {
            ended(e);
            return;
        }
        attempt = channel;
        channel.config().setConnectTimeoutMillis(millis());
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
        loop.register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                channel.connect(target.address()).addListener(connected -> ended(connected.cause()));
            } else {
                ended(registered.cause());
            }
        });
    }

    private void ended(@Nullable Throwable failure) {
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
        if (closed) {
            return;
        }
        Errno errno = failure == null ? null : Errno.of(failure);
        // What this machine lacks says nothing about the backend: the outcome is not counted.
        if (errno == null || !errno.isLocal()) {
            String detail = failure == null ? "connected" : "connect to " + target + ": " + describe(failure);
            targets.checked(target, riseFall.outcome(failure == null), detail);
        }
        schedule((riseFall.isInDoubt() ? check.retryInterval() : check.interval()).toNanos());
    }

    private String describe(Throwable failure) {
        return failure instanceof ConnectTimeoutException
                ? "no answer within " + millis() + " ms"
                : Errno.describe(failure);
    }

    private int millis() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, check.timeout().toMillis()));
    }

    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
            if (attempt != null) {
                attempt.close();
            }
        });
    }
}
