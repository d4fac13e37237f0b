package io.ha4j.spi;

import io.ha4j.Subscription;
import java.net.InetAddress;
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
     * Accepts TCP connections until it is closed, which leaves those that were accepted as they are.
     *
     * <p>When the process dies, a connection to this place is refused only after the kernel has made the addresses silent
     * that the process owns under {@link io.ha4j.AddressLease.Enforcement#GUARD}: whoever is refused knows that.
     *
     * @throws io.ha4j.HaException with the errno's name when the kernel refuses
     */
    default Subscription listen(StreamChannel.Place place, StreamChannel.Acceptor acceptor) {
        throw new UnsupportedOperationException("listen at " + place);
    }

    /**
     * Begins to make a TCP connection to the port of another node's place, from the address of this one; whether it comes
     * about, the receiver learns with the first bytes or by its end, never within this call. Nobody but the caller ends
     * an attempt that is not answered.
     *
     * @param from the port is of no account
     * @throws io.ha4j.HaException with the errno's name when the kernel refuses at once
     */
    default StreamChannel connect(StreamChannel.Place from, InetAddress to, int port, StreamChannel.Receiver receiver) {
        throw new UnsupportedOperationException("connect to " + to);
    }

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
