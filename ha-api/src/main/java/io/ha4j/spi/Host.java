package io.ha4j.spi;

import io.ha4j.Subscription;
import java.util.function.Consumer;

/**
 * The machine, as an election and the ownership of addresses see it. {@link #eventLoop()} and {@link #close()} may be
 * called from any thread, everything else on the loop's thread only.
 */
public interface Host extends AutoCloseable {
    EventLoop eventLoop();

    /**
     * The interface as it is now.
     *
     * @throws io.ha4j.HaException if there is none of that name
     */
    Link link(String interfaceName);

    /** Calls the listener on the loop's thread with each change of the interface's state or addresses. */
    Subscription watchLink(String interfaceName, Consumer<Link> listener);

    /**
     * Opens a raw socket.
     *
     * @throws io.ha4j.HaException with the errno's name when the kernel refuses
     */
    PacketChannel openPackets(PacketChannel.Spec spec, PacketChannel.Receiver receiver);

    /**
     * Prepares to own addresses; removes those that an earlier run of ha4j left behind. Adds nothing yet.
     *
     * @throws io.ha4j.HaException if an interface does not exist, or an address that is not {@link
     *     AddressOwner.Spec#permanent()} is on this machine already and was not put there by ha4j
     */
    AddressOwner addressOwner(AddressOwner.Spec spec);

    /** Gives this use of the machine back; the last one ends the loop. Closing twice does nothing more. */
    @Override
    void close();
}
