package io.ha4j.vrrp;

import io.ha4j.HaException;
import io.ha4j.Mismatch;
import io.ha4j.Subscription;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.IpText;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One link, as all virtual routers of one family of this process on it share it: the state of the interface, the sockets,
 * and who is meant by an id. Loop thread only.
 */
final class Segment {
    private static final Logger log = LoggerFactory.getLogger(Segment.class);
    private static final long RETRY_NS = 1_000_000_000;
    private static final long REPORT_NS = 60_000_000_000L;

    private final String interfaceName;
    private final Family family;
    private final EventLoop loop;
    private final EventLoop.Timer retry;

    private final @Nullable VirtualRouterCandidacy[] byId = new VirtualRouterCandidacy[256]; // the way of a packet
    private final Map<Integer, VirtualRouterCandidacy> members = new TreeMap<>(); // the same, for everything else
    private final List<AdvertChannel> channels = new ArrayList<>(); // one, or hardly more
    private final Counters unclaimed = new Counters();
    private final Mismatches mismatches;
    private final DeathPorts deathPorts = new DeathPorts();
    private final Map<Rejection, RateLimit> reports = new EnumMap<>(Rejection.class);

    private Host host; // that of one of the members; what is shared was opened through it
    private Subscription watch;
    private Link link;
    private @Nullable AdvertChannel counting; // the one of the channels that counts what is for none of us

    /** @throws HaException if there is no such interface */
    Segment(Host host, String interfaceName, Family family) {
        this.interfaceName = interfaceName;
        this.family = family;
        this.host = host;
        this.loop = host.eventLoop();
        this.mismatches = new Mismatches(loop);
        this.link = host.link(interfaceName);
        this.retry = loop.timer(() -> linkChanged(link));
        this.watch = host.watchLink(interfaceName, this::linkChanged);
    }

    Family family() {
        return family;
    }

    Link link() {
        return link;
    }

    DeathPorts deathPorts() {
        return deathPorts;
    }

    /** What arrived for none of the virtual routers of this node on this link. RFC 6527 counts such router-wide. */
    Counters unclaimed() {
        return unclaimed;
    }

    /** Virtual routers of others, heard on this link. */
    List<Mismatch> mismatches() {
        return mismatches.snapshot();
    }

    /** @throws HaException if the id is taken */
    void join(int id, VirtualRouterCandidacy candidacy) {
        VirtualRouterCandidacy other = members.putIfAbsent(id, candidacy);
        if (other != null) {
            throw new HaException("virtual router id " + id + " on " + interfaceName + " is in use by the group "
                    + other.group() + " of this process");
        }
        byId[id] = candidacy;
    }

    void part(int id, Host left) {
        byId[id] = null;
        members.remove(id);
        if (left == host && !members.isEmpty()) {
            moveTo(members.values().iterator().next().host());
        }
    }

    /** A use of the machine ends with its group, and what was opened through it may end with it. */
    private void moveTo(Host next) {
        host = next;
        watch.close();
        watch = next.watchLink(interfaceName, this::linkChanged);
        deathPorts.moveTo(next);
        for (AdvertChannel channel : List.copyOf(channels)) {
            try {
                channel.replace(openPackets(channel.source(), channel.hopLimit()));
            } catch (HaException e) {
                members.values().stream().filter(it -> it.uses(channel)).forEach(it -> it.cannotUseLink(e));
            }
        }
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    void close() {
        retry.cancel();
        watch.close();
    }

    /**
     * The socket that sends from this address.
     *
     * @throws HaException with the errno's name if the kernel refuses
     */
    AdvertChannel acquire(InetAddress source, int hopLimit) {
        AdvertChannel channel = find(source, hopLimit);
        if (channel == null) {
            channel = new AdvertChannel(link, source, hopLimit, openPackets(source, hopLimit));
            channels.add(channel);
            if (counting == null) {
                counting = channel;
            }
        }
        channel.users++;
        return channel;
    }

    private @Nullable AdvertChannel find(InetAddress source, int hopLimit) {
        for (int i = 0; i < channels.size(); i++) { // without an iterator: this is the way of a packet
            if (channels.get(i).is(source, hopLimit)) {
                return channels.get(i);
            }
        }
        return null;
    }

    private boolean isOwn(InetAddress source) {
        for (int i = 0; i < channels.size(); i++) {
            if (channels.get(i).source().equals(source)) {
                return true;
            }
        }
        return false;
    }

    private PacketChannel openPackets(InetAddress source, int sentWith) {
        return host.openPackets(
                new PacketChannel.Spec(link, VrrpCodec.PROTOCOL, source, family.group(), sentWith),
                (payload, from, destination, hopLimit) ->
                        received(find(source, sentWith), payload, from, destination, hopLimit));
    }

    /** The last user closes it. */
    void release(AdvertChannel channel) {
        channel.users--;
        if (channel.users == 0) {
            channels.remove(channel);
            channel.close();
            if (counting == channel) {
                counting = channels.isEmpty() ? null : channels.get(0);
            }
        }
    }

    /** Calls the candidacies again a little later, as if the link had changed. */
    void retryLater() {
        retry.arm(loop.nanoTime() + RETRY_NS);
    }

    private void linkChanged(Link now) {
        link = now;
        members.values().forEach(candidacy -> candidacy.linkChanged(now));
    }

    /** Each socket hears everything that is sent to the group or to this node: a virtual router listens to its own one. */
    private void received(
            @Nullable AdvertChannel channel,
            ByteBuffer payload,
            InetAddress source,
            InetAddress destination,
            int hopLimit) {
        if (isOwn(source)) {
            return; // looped back
        }
        int id = VrrpCodec.virtualRouterId(payload);
        VirtualRouterCandidacy candidacy = id < 0 ? null : byId[id];
        if (candidacy == null) {
            if (channel != null && channel == counting) {
                receivedForNobody(payload, source, destination, hopLimit);
            }
        } else if (channel != null && candidacy.uses(channel)) {
            candidacy.received(payload, source, destination, hopLimit);
        }
    }

    private void receivedForAnother(ByteBuffer payload, InetAddress source) {
        unclaimed.increment(Counter.VR_ID_ERRORS);
        int id = VrrpCodec.virtualRouterId(payload);
        if (mismatches.seen(Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER, source, id)) {
            String detail = "virtual router id " + id + " is none of this node's";
            Mismatch mismatch = mismatches.tell(Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER, source, id, detail);
            log.info("{}: {}", interfaceName, mismatch);
            members.values().forEach(candidacy -> candidacy.foreignHeard(mismatch));
        }
    }

    private void receivedForNobody(ByteBuffer payload, InetAddress source, InetAddress destination, int hopLimit) {
        Rejection rejection = ReceiveChecks.checkUnclaimed(payload, source, destination, hopLimit);
        if (rejection == Rejection.VIRTUAL_ROUTER_ID) {
            receivedForAnother(payload, source);
            return;
        }
        unclaimed.increment(rejection.counter());
        if (reports.computeIfAbsent(rejection, it -> new RateLimit(REPORT_NS)).pass(loop.nanoTime())) {
            String detail = ReceiveChecks.explainUnclaimed(rejection, payload, hopLimit);
            log.info("{}: ignored an advertisement of {}: {}", interfaceName, IpText.of(source), detail);
            members.values().forEach(candidacy -> candidacy.notForUs(rejection, source, detail));
        }
    }
}
