package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import io.ha4j.HaException;
import io.ha4j.SimplePassword;
import io.ha4j.Unicast;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualMac;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.PacketChannel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transport port of the state machine: packs an advertisement once and sends it as often as it is wanted. */
final class AdvertSender implements TransportPort, PacketChannel.Outcome {
    private final VirtualRouter router;
    private List<InetAddress> addresses;
    private final List<InetAddress> destinations;
    private final byte @Nullable [] hardwareAddress; // null for the link's own
    private final Counters counters;
    private final GroupEvents events;

    private @Nullable AdvertChannel channel; // null while the link cannot be used
    private ByteBuffer @Nullable [] packed; // for this channel's source, one for each destination
    private int packedPriority;
    private Runnable whenSent = () -> {}; // of what is on its way

    AdvertSender(VirtualRouter router, List<VirtualAddress> addresses, Counters counters, GroupEvents events) {
        this.router = router;
        this.addresses = addresses.stream().map(VirtualAddress::address).toList();
        Unicast unicast = router.unicast();
        this.destinations =
                unicast == null ? List.of(Family.of(this.addresses.get(0)).group()) : unicast.peers();
        VirtualMac mac = router.virtualMac();
        this.hardwareAddress = mac == null || !mac.advertise() || unicast != null
                ? null
                : octets(VirtualMac.address(router.id(), this.addresses.get(0) instanceof Inet6Address));
        this.counters = counters;
        this.events = events;
    }

    private static byte[] octets(String hardwareAddress) {
        return HexFormat.ofDelimiter(":").parseHex(hardwareAddress);
    }

    @Nullable
    AdvertChannel channel() {
        return channel;
    }

    /** Advertises these from now on. */
    void reconfigure(List<VirtualAddress> addresses) {
        this.addresses = addresses.stream().map(VirtualAddress::address).toList();
        packed = null;
    }

    /** Sends by this channel from now on. */
    void use(AdvertChannel channel) {
        this.channel = channel;
        packed = null;
    }

    /** Sends nothing from now on. */
    void pause() {
        channel = null;
        packed = null;
    }

    /** Packs what will be sent with this priority, now, while nobody waits for it. */
    void prepare(int priority) {
        if (channel != null) {
            packets(channel, priority);
        }
    }

    @Override
    public boolean advertise(int priority) {
        if (channel == null || !send(channel, priority)) {
            return false;
        }
        counters.increment(Counter.SENT_ADVERTISEMENTS);
        if (priority == 0) {
            counters.increment(Counter.SENT_PRI_ZERO_PACKETS);
            events.priorityZeroSent();
        }
        return true;
    }

    @Override
    public void advertise(int priority, Runnable whenSent) {
        if (hardwareAddress != null
                || destinations.size() != 1
                || !destinations.get(0).isMulticastAddress()) {
            TransportPort.super.advertise(priority, whenSent);
        } else if (channel != null) {
            this.whenSent = whenSent;
            channel.send(packets(channel, priority)[0].rewind(), this);
        }
    }

    @Override
    public void sent() {
        counters.increment(Counter.SENT_ADVERTISEMENTS);
        whenSent.run();
    }

    @Override
    public void refused(HaException why) {
        events.sendFailed(why);
    }

    /** Whether it left for at least one: a peer that cannot be reached does not keep it from the others. */
    private boolean send(AdvertChannel channel, int priority) {
        ByteBuffer[] packets = packets(channel, priority);
        boolean sent = false;
        for (int i = 0; i < packets.length; i++) {
            try {
                if (hardwareAddress == null) {
                    channel.send(packets[i].rewind(), destinations.get(i));
                } else {
                    channel.send(packets[i].rewind(), hardwareAddress);
                }
                sent = true;
            } catch (HaException e) {
                events.sendFailed(e);
            }
        }
        return sent;
    }

    /** One for each destination, which is part of the checksum. */
    private ByteBuffer[] packets(AdvertChannel channel, int priority) {
        if (packed == null) {
            packed = pack(channel, priority);
        } else if (packedPriority != priority) {
            for (ByteBuffer packet : packed) {
                VrrpCodec.setPriority(packet, priority);
            }
        }
        packedPriority = priority;
        return packed;
    }

    private ByteBuffer[] pack(AdvertChannel channel, int priority) {
        SimplePassword password = router.password();
        byte[] authentication = password == null ? new byte[8] : password.data();
        Advertisement advertisement = new Advertisement(
                router.version(),
                router.id(),
                priority,
                password == null ? 0 : ReceiveChecks.SIMPLE_PASSWORD,
                router.advertisementInterval(),
                addresses,
                checksumForm());
        return destinations.stream()
                .map(destination -> VrrpCodec.encode(advertisement, channel.source(), destination, authentication))
                .toArray(ByteBuffer[]::new);
    }

    private ChecksumForm checksumForm() {
        boolean ipv6 = !addresses.isEmpty() && addresses.get(0) instanceof Inet6Address;
        return router.version() == 2
                ? ChecksumForm.MESSAGE_ONLY
                : ipv6 ? ChecksumForm.PSEUDO_HEADER : router.checksum();
    }
}
