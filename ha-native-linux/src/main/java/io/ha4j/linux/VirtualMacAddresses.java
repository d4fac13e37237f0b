package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.VirtualLink;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses on a macvlan, which is up while they are held. Loop thread only. */
final class VirtualMacAddresses extends ForwardingAddresses {
    private static final Logger log = LoggerFactory.getLogger(VirtualMacAddresses.class);

    private final VirtualMacLink link;
    private final String base;

    private VirtualMacAddresses(VirtualMacLink link, String base, AddressOwner addresses) {
        super(addresses);
        this.link = link;
        this.base = base;
    }

    /** @param onTheLink makes the owner of the addresses that are on the macvlan */
    static VirtualMacAddresses open(
            AddressOwner.Spec spec,
            VirtualLink virtual,
            VirtualMacLinks links,
            Function<AddressOwner.Spec, AddressOwner> onTheLink) {
        VirtualMacLink link = links.open(spec.group(), virtual, spec.interfaceName(), anyIpv4(spec.addresses()));
        try {
            AddressOwner addresses = onTheLink.apply(spec.on(virtual.interfaceName()));
            VirtualMacAddresses owner = new VirtualMacAddresses(link, spec.interfaceName(), addresses);
            link.whenDisturbed(owner::disturbed);
            return owner;
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private static boolean anyIpv4(List<VirtualAddress> addresses) {
        return addresses.stream().anyMatch(VirtualAddress::isIpv4);
    }

    private void disturbed() {
        if (!held()) {
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
        take(super::take);
    }

    @Override
    public void takeFrom(InetAddress predecessor) {
        take(() -> super.takeFrom(predecessor));
    }

    private void take(Runnable how) {
        try {
            link.raise();
        } catch (HaException e) {
            try {
                how.run(); // they are held from now on, and the next renewal tries again
            } catch (HaException other) {
                e.addSuppressed(other);
            }
            throw e;
        }
        how.run();
    }

    /** The addresses go to the interface beneath, which needs no other hardware address than its own. */
    @Override
    public boolean drain(DrainListener listener) {
        boolean drains = super.drain(listener);
        if (drains) {
            link.lower();
        }
        return drains;
    }

    @Override
    public void renew() {
        if (held() && !link.isUp()) {
            link.raise();
        }
        super.renew();
    }

    @Override
    public void release() {
        boolean held = held();
        super.release();
        if (held) {
            link.lower();
        }
    }

    @Override
    public void change(List<VirtualAddress> addresses) {
        if (anyIpv4(addresses)) {
            link.carryIpv4();
        }
        super.change(addresses.stream()
                .map(address -> base.equals(address.interfaceName()) ? address.on(link.name()) : address)
                .toList());
    }

    @Override
    void closed() {
        link.close();
    }
}
