package io.ha4j.linux;

import io.ha4j.spi.AddressOwner;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why an address cannot be on the {@link ProcessDevice}: it would not be answered for on its interface, or something
 * would be missing there. Valid for one look. Loop thread only.
 */
final class DeviceObstacles {
    private record Network(int linkIndex, int prefixLength, int bits) {
        static Network of(int linkIndex, int prefixLength, Inet4Address address) {
            int mask = prefixLength == 0 ? 0 : -1 << (LeasedAddress.HOST_PREFIX - prefixLength);
            int bits = ByteBuffer.wrap(address.getAddress()).getInt() & mask;
            return new Network(linkIndex, prefixLength, bits);
        }
    }

    private final AddressOwner.Spec spec;
    private final Machine machine;
    private final Map<String, String> links = new HashMap<>();
    private @Nullable Set<Network> networks; // of addresses that others have put there
    private @Nullable String device;

    DeviceObstacles(AddressOwner.Spec spec, Machine machine) {
        this.spec = spec;
        this.machine = machine;
    }

    /** Empty if nothing is in the way; the device is there then. */
    String of(LeasedAddress address) {
        if (!(address.address() instanceof Inet4Address ipv4)) {
            return "IPv6 neighbour solicitations are answered for addresses of the interface itself only";
        }
        if (ProcessDevice.isOff()) {
            return ofDevice();
        }
        String group = ofGroup();
        String link = group.isEmpty() ? links.computeIfAbsent(address.interfaceName(), this::ofLink) : group;
        if (!link.isEmpty()) {
            return link;
        }
        String route = ofRoute(address, ipv4);
        return route.isEmpty() ? ofDevice() : route;
    }

    private String ofGroup() {
        if (spec.virtualLink() != null) {
            return "the addresses have a virtual MAC address, and so an interface of their own";
        }
        return spec.accept() ? "" : "packets to the addresses are not accepted (no_accept)";
    }

    private String ofLink(String name) {
        LinkMessage link = machine.monitor().table().byName(name);
        if (link == null) {
            return "there is no interface " + name;
        } else if ((link.flags() & (LinkMessage.IFF_LOOPBACK | LinkMessage.IFF_NOARP)) != 0) {
            return "there is no ARP on " + name;
        } else if (link.master() != 0) {
            return name + " belongs to " + machine.monitor().table().nameOf(link.master());
        }
        OptionalInt ignore = ArpAnswers.ignore(name);
        if (ignore.isEmpty()) {
            return "the kernel does not tell net.ipv4.conf." + name + ".arp_ignore";
        }
        return ignore.getAsInt() == 0
                ? ""
                : "net.ipv4.conf." + name + ".arp_ignore (or of \"all\") is " + ignore.getAsInt()
                        + ", so it would have to be 0 to answer for addresses of another interface";
    }

    /** Alone it would not bring the route to its network, which it does on its interface if it is the first of it. */
    private String ofRoute(LeasedAddress address, Inet4Address ipv4) {
        LinkMessage link = machine.monitor().table().byName(address.interfaceName());
        if (link == null
                || address.prefixLength() == LeasedAddress.HOST_PREFIX
                || !address.virtual().prefixRoute()
                || networks().contains(Network.of(link.index(), address.prefixLength(), ipv4))) {
            return "";
        }
        return link.name() + " has no other address in the network of " + address
                + ", and so no route to it without it";
    }

    private Set<Network> networks() {
        Set<Network> found = networks;
        if (found == null) {
            found = new HashSet<>();
            for (AddressMessage address : machine.monitor().table().addresses()) {
                if (address.address() instanceof Inet4Address ipv4
                        && !machine.claims().isOurs(address)) {
                    found.add(Network.of(address.linkIndex(), address.prefixLength(), ipv4));
                }
            }
            networks = found;
        }
        return found;
    }

    private String ofDevice() {
        String found = device;
        if (found == null) {
            found = machine.processDevice().require();
            device = found;
        }
        return found;
    }
}
