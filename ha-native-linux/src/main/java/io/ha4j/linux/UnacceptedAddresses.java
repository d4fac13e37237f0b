package io.ha4j.linux;

import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import java.util.List;
import java.util.function.Function;

/** Addresses that this node answers for, and takes no packets to. Loop thread only. */
final class UnacceptedAddresses extends ForwardingAddresses {
    private final RefusedAddresses.Refusal refusal;
    private final String carrier;

    private UnacceptedAddresses(RefusedAddresses.Refusal refusal, String carrier, AddressOwner addresses) {
        super(addresses);
        this.refusal = refusal;
        this.carrier = carrier;
    }

    /** @param accepted makes the owner of the addresses */
    static UnacceptedAddresses open(
            AddressOwner.Spec spec, RefusedAddresses refused, Function<AddressOwner.Spec, AddressOwner> accepted) {
        String carrier = spec.interfaceName();
        RefusedAddresses.Refusal refusal = refused.refuse(spec.group(), leased(spec.addresses(), carrier));
        try {
            return new UnacceptedAddresses(refusal, carrier, accepted.apply(spec));
        } catch (RuntimeException e) {
            refusal.close();
            throw e;
        }
    }

    private static List<LeasedAddress> leased(List<VirtualAddress> addresses, String carrier) {
        return addresses.stream()
                .map(address -> LeasedAddress.of(address, carrier))
                .toList();
    }

    @Override
    public void change(List<VirtualAddress> addresses) {
        refusal.change(leased(addresses, carrier));
        super.change(addresses);
    }

    @Override
    void closed() {
        refusal.close();
    }
}
