package io.ha4j.vrrp;

import io.ha4j.SimplePassword;
import io.ha4j.Unicast;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The checks of RFC 9568 §7.1 (with errata 8298, 8299, 8300 and 8301) and RFC 3768 §7.1, in their order; the first that fails
 * counts. Stateless.
 */
final class ReceiveChecks {
    /** What an advertisement is sent with; a router on its way would have taken one off (RFC 9568 §5.1.1.3). */
    static final int HOP_LIMIT = 255;

    /** The authentication type of RFC 2338 §5.3.6.2. */
    static final int SIMPLE_PASSWORD = 1;

    /** For packets of virtual routers that are not ours. */
    static final int ANY_VERSION = 0;

    private ReceiveChecks() {}

    /** Hop limit, version, type, length, checksum. The id is looked up by {@link Segment}. */
    static Decoded check(
            ByteBuffer packet, InetAddress source, InetAddress destination, int hopLimit, int expectedVersion) {
        return check(packet, source, destination, hopLimit, expectedVersion, HOP_LIMIT);
    }

    private static Decoded check(
            ByteBuffer packet,
            InetAddress source,
            InetAddress destination,
            int hopLimit,
            int expectedVersion,
            int minimumHopLimit) {
        if (hopLimit < minimumHopLimit) {
            return Rejection.HOP_LIMIT;
        }
        if (expectedVersion != ANY_VERSION && packet.hasRemaining() && VrrpCodec.version(packet) != expectedVersion) {
            return Rejection.VERSION;
        }
        return VrrpCodec.decode(packet, source, destination);
    }

    /** The same of what names this virtual router. */
    static Decoded check(
            ByteBuffer packet, InetAddress source, InetAddress destination, int hopLimit, VirtualRouter router) {
        return check(packet, source, destination, hopLimit, router.version(), minimumHopLimit(destination, router));
    }

    private static int minimumHopLimit(InetAddress destination, VirtualRouter router) {
        Unicast unicast = router.unicast();
        return unicast == null || destination.isMulticastAddress() ? HOP_LIMIT : unicast.minimumHopLimit();
    }

    /** First address, authentication, interval, number of addresses, sender. */
    static Decoded check(
            Advertisement advertisement,
            ByteBuffer packet,
            InetAddress source,
            InetAddress destination,
            VirtualRouter router) {
        if (!advertisement.addresses().isEmpty()
                && advertisement.addresses().get(0) instanceof Inet6Address first
                && !first.isLinkLocalAddress()) {
            return Rejection.FIRST_ADDRESS;
        }
        if (router.version() == 2) {
            if (advertisement.authenticationType() > 2) { // RFC 2338 §5.3.6 knows 0, 1 and 2
                return Rejection.AUTHENTICATION_TYPE_UNKNOWN;
            }
            SimplePassword password = router.password();
            if (advertisement.authenticationType() != (password == null ? 0 : SIMPLE_PASSWORD)) {
                return Rejection.AUTHENTICATION_TYPE_DIFFERS;
            }
            if (password != null && !Arrays.equals(VrrpCodec.authenticationData(packet), password.data())) {
                return Rejection.PASSWORD;
            }
            if (!advertisement.interval().equals(router.advertisementInterval())) { // RFC 3768 §7.1: MUST discard
                return Rejection.INTERVAL;
            }
        } else if (advertisement.interval().isZero()) { // erratum 8301
            return Rejection.INTERVAL;
        }
        if (advertisement.addresses().isEmpty()) { // erratum 8299
            return Rejection.NO_ADDRESSES;
        }
        Unicast unicast = router.unicast();
        if (destination.isMulticastAddress() == (unicast != null)) {
            return Rejection.CAST;
        }
        if (unicast != null && !unicast.peers().contains(source)) {
            return Rejection.UNKNOWN_PEER;
        }
        return advertisement;
    }

    /** Why the first group of checks failed, as a sentence. */
    static String explain(Rejection rejection, ByteBuffer packet, int hopLimit, int expectedVersion) {
        return explain(rejection, packet, hopLimit, expectedVersion, "" + HOP_LIMIT);
    }

    /** The same of what names this virtual router. */
    static String explain(Rejection rejection, ByteBuffer packet, int hopLimit, VirtualRouter router) {
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

    /** Why the second group of checks failed, as a sentence. */
    static String explain(Rejection rejection, Advertisement advertisement, VirtualRouter router) {
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
