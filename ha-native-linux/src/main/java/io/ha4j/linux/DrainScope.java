package io.ha4j.linux;

import static java.util.Objects.requireNonNull;

import io.ha4j.HaException;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Link;
import io.ha4j.spi.SignOfLife;
import io.ha4j.spi.VirtualLink;
import java.net.Inet6Address;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of a group's connections can outlive a hand-over: those to addresses that are of the family of the
 * advertisements and on their interface, since the nodes know one another by these. With a virtual MAC that is the
 * macvlan, and the nodes exchange packets on the interface beneath.
 */
final class DrainScope {
    private final AddressOwner.Spec spec;
    private final Machine machine;
    private final GuardedAddresses guarded;

    DrainScope(AddressOwner.Spec spec, Machine machine, GuardedAddresses guarded) {
        this.spec = spec;
        this.machine = machine;
        this.guarded = guarded;
    }

    boolean isWanted() {
        return !spec.connectionDrain().isZero();
    }

    boolean isPossible() {
        return isWanted() && !guarded.isWeak();
    }

    SignOfLife sign() {
        return requireNonNull(spec.signOfLife());
    }

    boolean ipv6() {
        return sign().ipv6();
    }

    List<LeasedAddress> of(List<LeasedAddress> addresses) {
        return addresses.stream()
                .filter(address -> address.interfaceName().equals(spec.interfaceName()))
                .filter(address -> address.address() instanceof Inet6Address == ipv6())
                .filter(address ->
                        spec.virtualLink() == null || !address.address().isLinkLocalAddress())
                .toList();
    }

    /** Null for none. */
    byte @Nullable [] virtualMac() {
        VirtualLink link = spec.virtualLink();
        return link == null ? null : HexFormat.ofDelimiter(":").parseHex(link.hardwareAddress());
    }

    static List<byte[]> octets(List<LeasedAddress> addresses) {
        return addresses.stream().map(address -> address.address().getAddress()).toList();
    }

    /**
     * By which the nodes know one another: where there is a virtual MAC, beneath the macvlan.
     *
     * @throws HaException if it is gone
     */
    LinkMessage link() {
        return machine.monitor().require(sign().interfaceName());
    }

    /** The same with its addresses. */
    Link linkWithAddresses() {
        LinkMonitor monitor = machine.monitor();
        Link link = monitor.table().link(sign().interfaceName());
        if (link == null) {
            throw monitor.noSuchInterface(sign().interfaceName());
        }
        return link;
    }

    String tableName(String prefix) {
        return machine.guard().tableName(prefix, guarded);
    }

    /** @throws HaException if there is no guard any more */
    NftTransaction transaction() {
        return new NftTransaction(client());
    }

    NetlinkClient client() {
        NetlinkClient client = machine.guard().client();
        if (client == null) {
            throw new HaException("there is no kernel guard");
        }
        return client;
    }
}
