package io.ha4j.spi;

import static java.util.Objects.requireNonNull;

/**
 * An interface that an election wants for the addresses of a group, with a hardware address that moves between the nodes
 * as the addresses do. It is there as long as the group, and up while this node holds the addresses.
 *
 * @param interfaceName in [1, 15] characters
 * @param hardwareAddress as lower-case hexadecimal pairs separated by colons
 */
public record VirtualLink(String interfaceName, String hardwareAddress) {
    public VirtualLink {
        requireNonNull(interfaceName, "interfaceName");
        requireNonNull(hardwareAddress, "hardwareAddress");
    }
}
