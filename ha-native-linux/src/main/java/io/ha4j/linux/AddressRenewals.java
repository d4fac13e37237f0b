package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.IpText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sets the lifetimes of addresses anew: those of all groups whose time has come in one datagram, of which the kernel
 * acknowledges only the last request. What it refuses it says in any case. Loop thread only.
 */
final class AddressRenewals {
    /** Of one group. */
    interface Renewable {
        /** What is held at this moment, each with its new lifetime. */
        List<AddressMessage> toRenew();

        /** One of them, or all, were not renewed. */
        void notRenewed(HaException why);
    }

    private record Requested(Renewable of, AddressMessage address) {}

    /** Between datagrams the loop does other work: the kernel takes up to 0.5 ms for one address (IPv6). */
    private static final int REQUESTS_PER_DATAGRAM = 128;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final EventLoop loop;
    private final NetlinkClient client;
    private final LinkMonitor monitor;
    private final EventLoop.Timer next;
    private final Deque<Renewable> waiting = new ArrayDeque<>();
    private final List<Requested> requested = new ArrayList<>();

    AddressRenewals(EventLoop loop, NetlinkClient client, LinkMonitor monitor) {
        this.loop = loop;
        this.client = client;
        this.monitor = monitor;
        next = loop.timer(this::renew);
    }

    /** Renews them after what else is due at this moment, and so together with others. */
    void request(Renewable renewable) {
        waiting.add(renewable);
        if (waiting.size() == 1) {
            loop.execute(this::renew);
        }
    }

    private void renew() {
        if (waiting.isEmpty()) {
            return;
        }
        requested.clear();
        NetlinkBatch batch = client.batch();
        while (!waiting.isEmpty() && requested.size() < REQUESTS_PER_DATAGRAM) {
            Renewable renewable = waiting.remove();
            for (AddressMessage address : renewable.toRenew()) {
                batch.begin(AddressMessage.RTM_NEWADDR, NetlinkHeader.NLM_F_CREATE | NetlinkHeader.NLM_F_REPLACE);
                AddressRequests.pack(address, monitor.table(), batch);
                batch.end();
                requested.add(new Requested(renewable, address));
            }
        }
        if (!requested.isEmpty()) {
            send(batch);
        }
        if (!waiting.isEmpty()) {
            next.arm(loop.nanoTime() + PAUSE_NANOS);
        }
    }

    private void send(NetlinkBatch batch) {
        try {
            @Nullable NetlinkAck[] acks = client.sendAcknowledgingLast(batch);
            for (int i = 0; i < acks.length; i++) {
                NetlinkAck ack = acks[i];
                if (ack != null && ack.refused()) {
                    Requested it = requested.get(i);
                    it.of.notRenewed(
                            new KernelException("renew " + IpText.of(it.address.address()), ack.errno(), ack.detail()));
                }
            }
        } catch (HaException e) {
            requested.forEach(it -> it.of.notRenewed(e));
        }
    }
}
