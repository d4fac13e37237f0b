package io.ha4j.lb;

import io.ha4j.CheckSchedule;
import io.ha4j.DnsCheck;
import io.ha4j.HttpCheck;
import io.ha4j.NetworkCheck;
import io.ha4j.SmtpCheck;
import io.ha4j.TlsCheck;
import io.ha4j.TlsSettings;
import io.ha4j.UdpCheck;
import io.ha4j.spi.RiseFall;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks one backend time and again. {@link #close()} from any thread, everything else on its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what matters is reported to listeners
final class NetworkChecker implements AutoCloseable {
    private final NetworkCheck<?> check;
    private final CheckSchedule schedule;
    private final InetSocketAddress remote;
    private final IoTransport transport;
    private final EventLoop loop;
    private final RiseFall riseFall;
    private final Function<Attempt, Dialogue> dialogues;
    private @Nullable Findings findings; // null until it is started
    private boolean closed;
    private @Nullable ScheduledFuture<?> next;
    private @Nullable Attempt attempt;

    /** @throws IllegalArgumentException if a file that the check names cannot be used */
    NetworkChecker(NetworkCheck<?> check, InetSocketAddress backend, EventLoops loops) {
        this.check = check;
        schedule = check.schedule();
        remote = check.route().to(backend);
        transport = loops.transport();
        loop = loops.next();
        riseFall = new RiseFall(schedule.rise(), schedule.fall(), schedule.initiallyUp());
        dialogues = dialogues(check, remote);
    }

    private static Function<Attempt, Dialogue> dialogues(NetworkCheck<?> check, InetSocketAddress remote) {
        if (check instanceof HttpCheck http) {
            TlsClient tls = tls(http.tls());
            return attempt -> new HttpDialogue(attempt, http, tls, remote);
        } else if (check instanceof TlsCheck handshake) {
            TlsClient tls = tls(handshake.tls());
            return attempt -> new ConnectDialogue(attempt, tls);
        } else if (check instanceof SmtpCheck smtp) {
            return attempt -> new SmtpDialogue(attempt, smtp);
        } else if (check instanceof DnsCheck dns) {
            return attempt -> new DnsDialogue(attempt, dns);
        } else if (check instanceof UdpCheck udp) {
            return attempt -> new UdpDialogue(attempt, udp);
        }
        return attempt -> new ConnectDialogue(attempt, null);
    }

    private static @Nullable TlsClient tls(@Nullable TlsSettings settings) {
        return settings == null ? null : new TlsClient(settings);
    }

    /** @param spreadNanos the first attempt comes after a random part of this, unless the check says otherwise */
    void start(Findings findings, long spreadNanos) {
        long most = schedule.warmUp().isZero() ? spreadNanos : schedule.warmUp().toNanos();
        long delay = ThreadLocalRandom.current().nextLong(Math.max(1, most));
        loop.execute(() -> {
            this.findings = findings;
            schedule(delay);
        });
    }

    private void schedule(long delayNanos) {
        if (!closed) {
            next = loop.schedule(this::attempt, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void attempt() {
        Attempt begun = new Attempt(loop, remote, check.route().source(), schedule.timeout(), this::ended);
        attempt = begun;
        begun.start(transport, dialogues);
    }

    private void ended(Attempt.Outcome outcome) {
        attempt = null;
        if (closed || findings == null) {
            return;
        }
        boolean up = outcome.counted() ? riseFall.outcome(outcome.success()) : riseFall.isUp();
        findings.found(up, null, outcome.detail());
        Duration interval = riseFall.isInDoubt() ? schedule.retryInterval() : schedule.interval();
        double jitter = (2 * ThreadLocalRandom.current().nextDouble() - 1) * schedule.jitterPercent() / 100;
        schedule((long) (interval.toNanos() * (1 + jitter)));
    }

    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
            if (attempt != null) {
                attempt.cancel();
            }
        });
    }
}
