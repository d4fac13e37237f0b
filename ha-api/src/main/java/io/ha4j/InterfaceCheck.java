package io.ha4j;

import static java.util.Objects.requireNonNull;

/**
 * The state of a network interface: administratively up and with a carrier. No polling, effective at once. An interface
 * that does not exist is down, until it appears.
 */
public record InterfaceCheck(String interfaceName) implements HealthCheck {
    public InterfaceCheck {
        requireNonNull(interfaceName, "interfaceName");
        if (interfaceName.isBlank() || interfaceName.length() > 15) { // IFNAMSIZ - 1
            throw new IllegalArgumentException("interfaceName must have 1 to 15 characters, but was " + interfaceName);
        }
    }

    @Override
    public String name() {
        return interfaceName;
    }
}
