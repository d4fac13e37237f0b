/**
 * What the modules of ha4j offer one another. Applications use {@link io.ha4j} and need nothing from here.
 *
 * <p>{@link io.ha4j.spi.HostProvider} is the machine (sockets, addresses, links), {@link io.ha4j.spi.ElectionProvider}
 * decides who is active, {@link io.ha4j.spi.BalancerProvider} forwards traffic. Implementations know this package and
 * never each other.
 */
@NullMarked
package io.ha4j.spi;

import org.jspecify.annotations.NullMarked;
