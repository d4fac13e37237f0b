package io.ha4j.spi;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One TCP connection of one link, for a few small messages: nothing waits, neither here nor there. Loop thread only. */
public interface StreamChannel extends AutoCloseable {
    /** How it came to its end without being closed here. */
    enum End {
        /** The other side closed it (FIN). */
        FINISHED,
        /** The other side broke it off (RST). */
        RESET,
        /** Nobody listens at the other side (RST to the SYN): it never was. */
        REFUSED,
        /** Anything else, such as no route, or no answer. */
        FAILED
    }

    /** Called on the loop's thread. */
    interface Receiver {
        /** @param bytes valid during the call only; what is left in it is lost */
        void received(ByteBuffer bytes);

        /**
         * It is over, and closed; the last call.
         *
         * @param detail in words, with the errno's name where there is one
         */
        void ended(End end, String detail);
    }

    /** Called on the loop's thread for each connection that somebody makes. */
    @FunctionalInterface
    interface Acceptor {
        /** Who receives what it brings, or null if it is not wanted: then it is closed. */
        @Nullable
        Receiver accepted(StreamChannel stream);
    }

    /**
     * A place to listen at.
     *
     * @param link only connections that arrive on it are accepted
     * @param address a local address of it
     * @param port in [1, 65535]
     */
    record Place(Link link, InetAddress address, int port) {}

    /** The address of the other side. */
    InetAddress remote();

    /**
     * Sends the remaining bytes.
     *
     * @throws io.ha4j.HaException if the kernel does not take all of them at once; the connection is of no use then
     */
    void send(ByteBuffer bytes);

    /** What was sent arrives nevertheless, and then a FIN. Closing twice does nothing more. */
    @Override
    void close();
}
