package io.ha4j.vrrp;

import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transport port of the state machine: packs an advertisement once and sends it as often as it is wanted. */
final class AdvertSender implements VrrpStateMachine.Transport {
    private final VirtualRouter router;
    private final List<InetAddress> addresses;
    private final Counters counters;
    private final GroupEvents events;

    private @Nullable AdvertChannel channel; // null while the link cannot be used
    private @Nullable ByteBuffer packed; // for this channel's source
    private int packedPriority;

    AdvertSender(VirtualRouter router, List<VirtualAddress> addresses, Counters counters, GroupEvents events) {
        this.router = router;
        this.addresses = addresses.stream().map(VirtualAddress::address).toList();
        this.counters = counters;
        this.events = events;
    }

    @Nullable
    AdvertChannel channel() {
        return channel;
    }

    void use(@Nullable AdvertChannel channel) {
        this.channel = channel;
        packed = null;
        if (channel != null) {
            packet(channel, router.priority()); // now, while nobody waits for it
        }
    }

    @Override
    public boolean advertise(int priority) {
        if (channel == null) {
            return false;
        }
        try {
            channel.send(packet(channel, priority));
        } catch (HaException e) {
            events.sendFailed(e);
            return false;
        }
        counters.increment(Counter.SENT_ADVERTISEMENTS);
        if (priority == 0) {
            counters.increment(Counter.SENT_PRI_ZERO_PACKETS);
            events.priorityZeroSent();
        }
        return true;
    }

    private ByteBuffer packet(AdvertChannel channel, int priority) {
        if (packed == null || packedPriority != priority) {
            packed = VrrpCodec.encode(
                    new Advertisement(
                            router.version(),
                            router.id(),
                            priority,
                            0,
                            router.advertisementInterval(),
                            addresses,
                            router.version() == 2 ? ChecksumForm.MESSAGE_ONLY : ChecksumForm.PSEUDO_HEADER),
                    channel.source(),
                    Segment.GROUP);
            packedPriority = priority;
        }
        return packed.rewind();
    }
}
