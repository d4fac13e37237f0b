package io.ha4j.vrrp;

import io.ha4j.SimplePassword;
import io.ha4j.Unicast;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The checks of RFC 9568 §7.1 (with errata 8298, 8299, 8300 and 8301) and RFC 3768 §7.1, in their order; the first that fails
 * counts.
 */
final class ReceiveChecks {
    /** What an advertisement is sent with; a router on its way would have taken one off (RFC 9568 §5.1.1.3). */
    static final int HOP_LIMIT = 255;

    /** The authentication type of RFC 2338 §5.3.6.2. */
    static final int SIMPLE_PASSWORD = 1;

    private static final int ANY_VERSION = 0;

    private final VirtualRouter router;
    private final byte @Nullable [] password;
    private final long intervalMillis;

    ReceiveChecks(VirtualRouter router) {
        this.router = router;
        SimplePassword simple = router.password();
        password = simple == null ? null : simple.data();
        intervalMillis = router.advertisementInterval().toMillis();
    }

    /** Of a packet of no virtual router of ours: hop limit, version, type, length, checksum. The id is looked up by {@link Segment}. */
    static Rejection checkUnclaimed(ByteBuffer packet, InetAddress source, InetAddress destination, int hopLimit) {
        if (hopLimit < HOP_LIMIT) {
            return Rejection.HOP_LIMIT;
        }
        return VrrpCodec.decode(packet, source, destination) instanceof Rejection rejection
                ? rejection
                : Rejection.VIRTUAL_ROUTER_ID;
    }

    /** Hop limit and version, before anything else is looked at; null if they are right. */
    @Nullable
    Rejection check(ByteBuffer packet, InetAddress destination, int hopLimit) {
        if (hopLimit < minimumHopLimit(destination)) {
            return Rejection.HOP_LIMIT;
        }
        return packet.hasRemaining() && VrrpCodec.version(packet) != router.version() ? Rejection.VERSION : null;
    }

    private int minimumHopLimit(InetAddress destination) {
        Unicast unicast = router.unicast();
        return unicast == null || destination.isMulticastAddress() ? HOP_LIMIT : unicast.minimumHopLimit();
    }

    /** First address, authentication, interval, number of addresses, sender; null if they are right. */
    @Nullable
    Rejection check(PackedAdvertisement advertisement, InetAddress source, InetAddress destination) {
        if (advertisement.beginsWithRoutableIpv6()) {
            return Rejection.FIRST_ADDRESS;
        }
        if (router.version() == 2) {
            Rejection rejection = checkVersion2(advertisement);
            if (rejection != null) {
                return rejection;
            }
        } else if (advertisement.intervalMillis() == 0) { // erratum 8301
            return Rejection.INTERVAL;
        }
        if (advertisement.addressCount() == 0) { // erratum 8299
            return Rejection.NO_ADDRESSES;
        }
        Unicast unicast = router.unicast();
        if (destination.isMulticastAddress() == (unicast != null)) {
            return Rejection.CAST;
        }
        if (unicast != null && !unicast.peers().contains(source)) {
            return Rejection.UNKNOWN_PEER;
        }
        return null;
    }

    /** Authentication and interval. */
    private @Nullable Rejection checkVersion2(PackedAdvertisement advertisement) {
        int type = advertisement.authenticationType();
        if (type > 2) { // RFC 2338 §5.3.6 knows 0, 1 and 2
            return Rejection.AUTHENTICATION_TYPE_UNKNOWN;
        }
        if (type != (password == null ? 0 : SIMPLE_PASSWORD)) {
            return Rejection.AUTHENTICATION_TYPE_DIFFERS;
        }
        if (password != null && !advertisement.hasAuthenticationData(password)) {
            return Rejection.PASSWORD;
        }
        return advertisement.intervalMillis() == intervalMillis
                ? null
                : Rejection.INTERVAL; // RFC 3768 §7.1: MUST discard
    }

    /** Why {@link #checkUnclaimed} rejected a packet, as a sentence. */
    static String explainUnclaimed(Rejection rejection, ByteBuffer packet, int hopLimit) {
        return explain(rejection, packet, hopLimit, ANY_VERSION, "" + HOP_LIMIT);
    }

    /** Why a packet was rejected before it was read, or in reading it, as a sentence. */
    String explain(Rejection rejection, ByteBuffer packet, int hopLimit) {
        Unicast unicast = router.unicast();
        String minimum = unicast == null ? "" + HOP_LIMIT : "at least " + unicast.minimumHopLimit();
        return explain(rejection, packet, hopLimit, router.version(), minimum);
    }

    private static String explain(
            Rejection rejection, ByteBuffer packet, int hopLimit, int expectedVersion, String minimumHopLimit) {
        return switch (rejection) {
            case HOP_LIMIT -> "TTL or hop limit must be " + minimumHopLimit + ", but was " + hopLimit;
            case VERSION ->
                "version must be " + (expectedVersion == ANY_VERSION ? "2 or 3" : expectedVersion) + ", but was "
                        + VrrpCodec.version(packet);
            case TYPE -> "type must be 1 (ADVERTISEMENT), but was " + (packet.get(packet.position()) & 0xf);
            case LENGTH -> "the message is cut off after " + packet.remaining() + " bytes";
            case CHECKSUM -> "the checksum is wrong, in both forms";
            default -> "virtual router id " + VrrpCodec.virtualRouterId(packet) + " is none of this node's";
        };
    }

    /** Why a well-formed advertisement was rejected, as a sentence. */
    String explain(Rejection rejection, Advertisement advertisement) {
        return switch (rejection) {
            case FIRST_ADDRESS ->
                "the first IPv6 address must be link-local, but was "
                        + IpText.of(advertisement.addresses().get(0));
            case AUTHENTICATION_TYPE_UNKNOWN ->
                "authentication type must be in [0, 2], but was " + advertisement.authenticationType();
            case AUTHENTICATION_TYPE_DIFFERS ->
                "authentication type must be " + (router.password() == null ? "0 (none)" : "1 (simple password)")
                        + ", but was " + advertisement.authenticationType();
            case PASSWORD -> "its password is another one";
            case INTERVAL ->
                "advertisement interval must be "
                        + (router.version() == 2
                                ? router.advertisementInterval().toSeconds() + " s"
                                : "above 0") + ", but was "
                        + advertisement.interval().toMillis() + " ms";
            case CAST ->
                router.unicast() == null
                        ? "it was sent by unicast, but this group uses multicast"
                        : "it was sent by multicast, but this group uses unicast";
            case UNKNOWN_PEER -> "its sender is none of the unicast peers";
            default -> "it has no addresses";
        };
    }
}
