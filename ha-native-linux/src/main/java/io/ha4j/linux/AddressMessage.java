package io.ha4j.linux;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct ifaddrmsg} and the attributes we use (linux/if_addr.h).
 *
 * @param linkIndex of the interface
 * @param flags IFA_F_*
 * @param scope RT_SCOPE_*; of IPv6 addresses the kernel knows it, and does not listen
 * @param broadcast IPv4 only; null for none
 * @param label IPv4 only; null lets the kernel take the interface's name
 * @param origin IFA_PROTO, who put it there; 0 if unknown, as always before Linux 5.18
 * @param lifetimeSeconds until the kernel removes it; {@link #FOREVER} if never
 */
record AddressMessage(
        InetAddress address,
        int prefixLength,
        int linkIndex,
        int flags,
        int scope,
        @Nullable InetAddress broadcast,
        @Nullable String label,
        int origin,
        int lifetimeSeconds) {
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int HEADER = 8;

    static final int FOREVER = -1; // INFINITY_LIFE_TIME, 0xffffffff
    static final int IFA_F_SECONDARY = 0x1;
    static final int IFA_F_NODAD = 0x2; // IPv6 only, as the following
    static final int IFA_F_HOMEADDRESS = 0x10;
    static final int IFA_F_DEPRECATED = 0x20; // told by the kernel; in a request, a preferred lifetime of 0 says it
    static final int IFA_F_NOPREFIXROUTE = 0x200;
    private static final int IFA_F_DADFAILED = 0x8;
    private static final int IFA_F_TENTATIVE = 0x40;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_CACHEINFO = 6;
    private static final int IFA_FLAGS = 8; // all 32 bits; the header has the lower 8
    private static final int IFA_PROTO = 11;

    /** @return null if it is malformed or of another family than IPv4 and IPv6 */
    static @Nullable AddressMessage parse(ByteBuffer body) {
        if (body.remaining() < HEADER) {
            return null;
        }
        byte[] peer = {};
        byte[] local = {};
        byte[] broadcast = {};
        int flags = body.get(2) & 0xff;
        String label = null;
        int origin = 0;
        int lifetime = FOREVER;
        NetlinkAttributes attributes =
                new NetlinkAttributes(body.slice(HEADER, body.limit() - HEADER).order(body.order()));
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFA_ADDRESS -> peer = attributes.octets();
                case IFA_LOCAL -> local = attributes.octets();
                case IFA_BROADCAST -> broadcast = attributes.octets();
                case IFA_LABEL -> label = attributes.string();
                case IFA_FLAGS -> flags = attributes.u32();
                case IFA_PROTO -> origin = attributes.u8();
                case IFA_CACHEINFO -> lifetime = validLifetime(attributes.octets(), body);
                default -> {}
            }
        }
        int index = body.getInt(4);
        // The same on broadcast links; on a point-to-point link IFA_ADDRESS is the other end.
        InetAddress address = address(body.get(0), local.length > 0 ? local : peer, index);
        return address == null
                ? null
                : new AddressMessage(
                        address,
                        body.get(1) & 0xff,
                        index,
                        flags,
                        body.get(3) & 0xff,
                        address(body.get(0), broadcast, index),
                        label,
                        origin,
                        lifetime);
    }

    private static int validLifetime(byte[] cacheInfo, ByteBuffer body) {
        // struct ifa_cacheinfo: preferred, valid, created, updated
        return cacheInfo.length < 8
                ? FOREVER
                : ByteBuffer.wrap(cacheInfo).order(body.order()).getInt(4);
    }

    private static @Nullable InetAddress address(int family, byte[] octets, int linkIndex) {
        boolean ipv4 = family == SocketAddresses.AF_INET && octets.length == 4;
        boolean ipv6 = family == SocketAddresses.AF_INET6 && octets.length == 16;
        if (!ipv4 && !ipv6) {
            return null;
        }
        try {
            InetAddress address = InetAddress.getByAddress(octets);
            return address instanceof Inet6Address && address.isLinkLocalAddress()
                    ? Inet6Address.getByAddress(null, octets, linkIndex)
                    : address;
        } catch (UnknownHostException e) {
            return null; // cannot be: the length is right
        }
    }

    boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    boolean secondary() {
        return (flags & IFA_F_SECONDARY) != 0;
    }

    /** Whether packets can be sent from it: an IPv6 address is tentative until nobody else was found to have it. */
    boolean usable() {
        return (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    }

    /** Appends the body of a request to add or remove it. */
    void pack(NetlinkBatch batch) {
        byte[] octets = address.getAddress();
        boolean ipv4 = address instanceof Inet4Address;
        batch.body()
                .put((byte) (ipv4 ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6))
                .put((byte) prefixLength)
                .put((byte) flags)
                .put((byte) scope)
                .putInt(linkIndex);
        batch.octets(IFA_LOCAL, octets).octets(IFA_ADDRESS, octets);
        if (label != null && ipv4) {
            batch.string(IFA_LABEL, label);
        }
        if (broadcast != null) {
            batch.octets(IFA_BROADCAST, broadcast.getAddress());
        }
        if (flags > 0xff) {
            batch.u32(IFA_FLAGS, flags);
        }
        if (lifetimeSeconds != FOREVER) {
            ByteBuffer cacheInfo = ByteBuffer.allocate(16).order(batch.body().order());
            batch.octets(
                    IFA_CACHEINFO,
                    cacheInfo
                            .putInt(0, (flags & IFA_F_DEPRECATED) != 0 ? 0 : lifetimeSeconds)
                            .putInt(4, lifetimeSeconds)
                            .array());
        }
        if (origin != 0) {
            batch.u8(IFA_PROTO, origin);
        }
    }
}
