package io.ha4j.linux;

import static java.util.Objects.requireNonNull;

import io.ha4j.AddressLease;
import io.ha4j.HaException;
import io.ha4j.spi.AddressOwner;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses on a macvlan, which is up while they are held. Loop thread only. */
final class VirtualMacAddresses implements AddressOwner, Resource {
    private static final Logger log = LoggerFactory.getLogger(VirtualMacAddresses.class);

    private final VirtualMacLink link;
    private final LeasedAddresses addresses;

    /**
     * @param spec with a virtual link
     * @param addresses opened when the macvlan is there
     */
    VirtualMacAddresses(Spec spec, VirtualMacLinks links, Supplier<LeasedAddresses> addresses) {
        boolean ipv4 = spec.addresses().stream().anyMatch(address -> address.isIpv4());
        link = links.open(
                spec.group(), requireNonNull(spec.virtualLink()), spec.interfaceName(), ipv4, this::disturbed);
        try {
            this.addresses = addresses.get();
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private void disturbed() {
        if (!addresses.held()) {
            return;
        }
        try {
            renew();
        } catch (HaException e) {
            log.warn("cannot put the addresses back on {}: {}", link.name(), e.getMessage());
        }
    }

    @Override
    public void take() {
        try {
            link.raise();
        } catch (HaException e) {
            try {
                addresses.take(); // they are held from now on, and the next renewal tries again
            } catch (HaException other) {
                e.addSuppressed(other);
            }
            throw e;
        }
        addresses.take();
    }

    @Override
    public void renew() {
        if (addresses.held() && !link.isUp()) {
            link.raise();
        }
        addresses.renew();
    }

    @Override
    public void announce() {
        addresses.announce();
    }

    @Override
    public void release() {
        boolean held = addresses.held();
        addresses.release();
        if (held) {
            link.lower();
        }
    }

    @Override
    public boolean held() {
        return addresses.held();
    }

    @Override
    public AddressLease lease() {
        return addresses.lease();
    }

    @Override
    public boolean isOpen() {
        return addresses.isOpen();
    }

    @Override
    public void close() {
        if (addresses.isOpen()) {
            addresses.close();
            link.close();
        }
    }
}
