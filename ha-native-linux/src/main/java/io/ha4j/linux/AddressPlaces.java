package io.ha4j.linux;

import io.ha4j.AddressLease;
import io.ha4j.HaException;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.IpText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the addresses of one group are put: each on its interface, or, where there is no kernel guard, as a /32 on the
 * {@link ProcessDevice}, with which it goes when the process ends. The kernel answers ARP for it on its interface all the
 * same, as for any address of the machine while arp_ignore is 0.
 *
 * <p>What cannot be there is on its interface, for its lifetime. That is decided when the addresses are taken. While they
 * are held one may have to leave the device; it comes back with the next take-over. While connections are drained, those of
 * a macvlan are at their {@link DrainPlace}. Loop thread only.
 */
final class AddressPlaces {
    private static final Logger log = LoggerFactory.getLogger(AddressPlaces.class);

    private final AddressOwner.Spec spec;
    private final AddressRequests requests;
    private final Machine machine;
    private final GuardedAddresses guarded;
    private final Map<LeasedAddress, String> obstacles =
            new LinkedHashMap<>(); // none: it is, or will be, on the device
    private final List<LeasedAddress> displaced = new ArrayList<>(); // as they are where they may not stay
    private final DrainPlace drainPlace;
    private String told = "";

    AddressPlaces(AddressOwner.Spec spec, AddressRequests requests, Machine machine, GuardedAddresses guarded) {
        this.spec = spec;
        this.requests = requests;
        this.machine = machine;
        this.guarded = guarded;
        drainPlace = new DrainPlace(spec);
    }

    /**
     * Requires that none of them is on the device of another living process.
     *
     * @throws HaException if one is
     */
    void requireUnclaimed(List<LeasedAddress> addresses) {
        LinkTable table = machine.monitor().table();
        for (LeasedAddress address : addresses) {
            for (AddressMessage found : table.find(address.address())) {
                LinkMessage link = table.byIndex(found.linkIndex());
                if (link != null && machine.processDevice().isOfOthers(link)) {
                    throw new HaException("address " + IpText.of(address.address()) + " of group " + spec.group()
                            + " belongs to another process of ha4j on this machine already (it is on "
                            + link.name() + ", which goes with that process)");
                }
            }
        }
    }

    /** Decides for all of them, of which none is on the machine. */
    void settle(List<LeasedAddress> all) {
        obstacles.clear();
        displaced.clear();
        drainPlace.leave();
        settleAdded(all);
    }

    /** Decides for these as well, of which none is on the machine. */
    void settleAdded(List<LeasedAddress> added) {
        DeviceObstacles now = new DeviceObstacles(spec, machine);
        boolean wanted = guarded.isWeak();
        added.forEach(address -> obstacles.put(address, wanted ? now.of(address) : "not before the next take-over"));
        tell();
    }

    /** There are no others any more. */
    void retain(List<LeasedAddress> addresses) {
        obstacles.keySet().retainAll(new HashSet<>(addresses));
    }

    /** Whether some of them are on the device and have to go to their interfaces; adding them does that. */
    boolean displaces(List<LeasedAddress> addresses) {
        if (!obstacles.containsValue("")) {
            return false;
        }
        DeviceObstacles now = new DeviceObstacles(spec, machine);
        boolean any = false;
        for (LeasedAddress address : addresses) {
            if (isOnDevice(address)) {
                String device = machine.processDevice().name();
                String obstacle = now.of(address);
                if (!obstacle.isEmpty()) {
                    displaced.add(address.aloneOn(device));
                    obstacles.put(address, obstacle);
                    any = true;
                }
            }
        }
        if (any) {
            tell();
        }
        return any;
    }

    private boolean isOnDevice(LeasedAddress address) {
        return "".equals(obstacles.get(address));
    }

    /** Whether some have to go to where they are drained, being mute; adding them does that. */
    boolean displacesToDrain(List<LeasedAddress> addresses) {
        drainPlace.use();
        return displaced.addAll(drainPlace.away(addresses));
    }

    /**
     * Puts them back from where they are drained, while they are mute: the interface beneath would answer with its own
     * hardware address. Does not throw; adding them again tells what the kernel refuses.
     */
    void returnFromDrain(List<LeasedAddress> addresses) {
        if (!drainPlace.isUsed()) {
            return;
        }
        displaced.addAll(placed(drainPlace.away(addresses)));
        drainPlace.leave();
        for (Runnable step : List.<Runnable>of(() -> add(addresses), this::removeDisplaced)) {
            try {
                step.run();
            } catch (HaException e) {
                log.debug("{}: {}", spec.group(), e.getMessage());
            }
        }
    }

    private Optional<LeasedAddress> placed(LeasedAddress address) {
        return isOnDevice(address)
                ? Optional.of(address.aloneOn(machine.processDevice().name()))
                : drainPlace.of(address);
    }

    private List<LeasedAddress> placed(List<LeasedAddress> addresses) {
        return addresses.stream().flatMap(it -> placed(it).stream()).toList();
    }

    /** As {@link AddressRequests#add}, each to its place. */
    void add(List<LeasedAddress> addresses) {
        requests.add(placed(addresses));
    }

    /** Removes those that had to leave their place, after they were added to another. */
    void removeDisplaced() {
        if (!displaced.isEmpty()) {
            requests.remove(displaced);
            displaced.clear();
        }
    }

    /** As {@link AddressRequests#remove}, each from its place. */
    void remove(List<LeasedAddress> addresses) {
        requests.remove(placed(addresses));
    }

    /** As {@link AddressRequests#renewals}. */
    List<AddressMessage> renewals(List<LeasedAddress> addresses) {
        return requests.renewals(placed(addresses));
    }

    /** As {@link AddressRequests#isOn}. */
    boolean isOn(LeasedAddress address, AddressMessage message) {
        return address.address().equals(message.address())
                && placed(address).filter(it -> requests.isOn(it, message)).isPresent();
    }

    /** As {@link AddressRequests#replaced}: on the device they differ in their address alone. */
    List<LeasedAddress> replaced(List<LeasedAddress> gone, List<LeasedAddress> added) {
        List<LeasedAddress> placed = placed(added);
        return gone.stream()
                .filter(old ->
                        !AddressRequests.replaced(placed(List.of(old)), placed).isEmpty())
                .toList();
    }

    /** Of these, which may be held or not. */
    AddressLease lease(List<LeasedAddress> leased) {
        AddressLease lease = guarded.lease();
        if (lease.enforcement() != AddressLease.Enforcement.LIFETIME || leased.isEmpty()) {
            return lease;
        }
        String device = machine.processDevice().name();
        Optional<LeasedAddress> other =
                leased.stream().filter(address -> !isOnDevice(address)).findFirst();
        if (other.isEmpty()) {
            return new AddressLease(
                    AddressLease.Enforcement.DEVICE,
                    lease.duration(),
                    "silent when the process ends, not when it freezes (" + device + "): " + lease.remark()
                            + slowness());
        }
        boolean mixed = leased.stream().anyMatch(this::isOnDevice);
        String which = mixed ? "on the process-held device " + device + ", but not " : "no process-held device for ";
        return new AddressLease(
                AddressLease.Enforcement.LIFETIME,
                lease.duration(),
                lease.remark() + "; " + which + IpText.of(other.get().address()) + ": "
                        + obstacles.getOrDefault(other.get(), "not decided yet")
                        + (mixed ? slowness() : ""));
    }

    private String slowness() {
        String slowness = machine.processDevice().slowness();
        return slowness.isEmpty() ? "" : "; " + slowness;
    }

    /** In the log, when it is not the same as before. */
    private void tell() {
        AddressLease lease = lease(List.copyOf(obstacles.keySet()));
        if (obstacles.isEmpty() || lease.toString().equals(told)) {
            return;
        }
        told = lease.toString();
        if (lease.enforcement() == AddressLease.Enforcement.DEVICE) {
            log.info("{}: {}", spec.group(), lease);
        } else if (lease.enforcement() == AddressLease.Enforcement.LIFETIME && !ProcessDevice.isOff()) {
            log.warn("{}: a node that dies keeps its addresses until their lifetime ends: {}", spec.group(), lease);
        }
    }
}
