package io.ha4j.vrrp;

import io.ha4j.Subscription;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A machine that costs nothing: its clock is a field, its timers expire when told, and what is sent is forgotten. */
final class BenchmarkHost implements Host, EventLoop {
    long nowNs;
    long sentOctets;
    final List<Runnable> timers = new ArrayList<>();
    PacketChannel.@Nullable Receiver receiver; // of the last channel

    private final Link link;

    /** @param source the one address of its one link */
    BenchmarkHost(InetAddress source) {
        link = new Link("eth0", 2, true, "02:00:00:00:00:01", List.of(source));
    }

    AdvertChannel channel(InetAddress source) {
        return new AdvertChannel(link, source, ReceiveChecks.HOP_LIMIT, new Sink());
    }

    @Override
    public EventLoop eventLoop() {
        return this;
    }

    @Override
    public Link link(String interfaceName) {
        return link;
    }

    @Override
    public Subscription watchLink(String interfaceName, Consumer<Link> listener) {
        return () -> {};
    }

    @Override
    public PacketChannel openPackets(PacketChannel.Spec spec, PacketChannel.Receiver receiver) {
        this.receiver = receiver;
        return new Sink();
    }

    @Override
    public AddressOwner addressOwner(AddressOwner.Spec spec) {
        return new NoAddresses();
    }

    @Override
    public void close() {}

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Timer timer(Runnable onExpiry) {
        timers.add(onExpiry);
        return new Timer() {
            @Override
            public void arm(long deadlineNanos) {}

            @Override
            public void cancel() {}
        };
    }

    private final class Sink implements PacketChannel {
        @Override
        public void send(ByteBuffer payload) {
            sentOctets += payload.remaining();
        }

        @Override
        public void send(ByteBuffer payload, InetAddress destination) {
            send(payload);
        }

        @Override
        public void close() {}
    }

    private static final class NoAddresses implements AddressOwner {
        private boolean held;

        @Override
        public void take() {
            held = true;
        }

        @Override
        public void renew() {}

        @Override
        public void announce() {}

        @Override
        public void release() {
            held = false;
        }

        @Override
        public boolean held() {
            return held;
        }

        @Override
        public void close() {}
    }
}
