package io.ha4j.linux;

import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.SignOfLife;
import java.util.List;
import java.util.Optional;

/**
 * Where the addresses of a macvlan are while their connections are drained: on the interface beneath, as those of a group
 * without a virtual MAC. The hardware address of the macvlan is the successor's by then, and nothing may leave this node
 * from it. Link-local ones are nowhere: a connection to one is bound to its link. Loop thread only.
 */
final class DrainPlace {
    private final String carrier;
    private final String base;
    private boolean used;

    /** @param spec on the macvlan, if there is one; the signs of life leave by the interface beneath */
    DrainPlace(AddressOwner.Spec spec) {
        SignOfLife sign = spec.signOfLife();
        carrier = spec.interfaceName();
        base = sign == null ? carrier : sign.interfaceName();
    }

    boolean isUsed() {
        return used;
    }

    void use() {
        used = !carrier.equals(base);
    }

    void leave() {
        used = false;
    }

    private boolean moves(LeasedAddress address) {
        return used && address.interfaceName().equals(carrier);
    }

    /** Those of them that are not on their interfaces, as they are on it. */
    List<LeasedAddress> away(List<LeasedAddress> addresses) {
        return addresses.stream().filter(this::moves).toList();
    }

    /** Where it is; empty for nowhere. */
    Optional<LeasedAddress> of(LeasedAddress address) {
        return !moves(address)
                ? Optional.of(address)
                : address.address().isLinkLocalAddress() ? Optional.empty() : Optional.of(address.drainingOn(base));
    }
}
