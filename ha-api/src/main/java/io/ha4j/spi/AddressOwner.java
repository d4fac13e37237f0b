package io.ha4j.spi;

import io.ha4j.VirtualAddress;
import java.time.Duration;
import java.util.List;

/**
 * Puts the addresses of one group on this machine and takes them away again. Loop thread only.
 *
 * <p>The addresses are leased: unless {@link #renew()} is called, the kernel itself removes them when the lease has
 * passed, so that a process that was killed or is frozen does not keep them.
 */
public interface AddressOwner extends AutoCloseable {
    /**
     * What to own.
     *
     * @param group for messages
     * @param interfaceName carries the addresses that name no interface of their own
     * @param lease how long the addresses may stay after the last renewal; the kernel rounds up to whole seconds
     */
    record Spec(String group, String interfaceName, List<VirtualAddress> addresses, Duration lease) {}

    /**
     * Adds the addresses, announces them, and announces them again after a delay.
     *
     * @throws io.ha4j.HaException if the kernel refuses one of them; the others are taken nevertheless
     */
    void take();

    /**
     * Extends the lease; puts back what a third party removed. Cheap when called more often than needed.
     *
     * @throws io.ha4j.HaException if the kernel refuses
     */
    void renew();

    /** Sends one round of gratuitous ARP or unsolicited NA for every address. */
    void announce();

    /**
     * Removes the addresses. Without effect when they are not held.
     *
     * @throws io.ha4j.HaException if the kernel refuses one of them; the others are removed nevertheless
     */
    void release();

    /** Whether they were taken and not released. */
    boolean held();

    /** Releases the addresses and what else is held. Closing twice does nothing more. */
    @Override
    void close();
}
