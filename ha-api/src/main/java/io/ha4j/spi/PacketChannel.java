package io.ha4j.spi;

import io.ha4j.HaException;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Raw IP packets of one protocol number on one link. Loop thread only.
 */
public interface PacketChannel extends AutoCloseable {
    /**
     * What to open.
     *
     * @param link the interface; only packets that arrive on it are received
     * @param protocol the IP protocol number, in [1, 255]
     * @param source the local address that packets are sent from; its family is the channel's
     * @param group the multicast group to join on the link and to send to
     * @param hopLimit TTL or hop limit of what is sent, in [1, 255]
     */
    record Spec(Link link, int protocol, InetAddress source, InetAddress group, int hopLimit) {}

    /** Called for each packet, on the loop's thread. */
    @FunctionalInterface
    interface Receiver {
        /**
         * @param payload what follows the IP header, as long as the IP header says; valid during the call only
         * @param source the sender
         * @param destination the group or a local address
         * @param hopLimit the TTL or hop limit that arrived
         */
        void received(ByteBuffer payload, InetAddress source, InetAddress destination, int hopLimit);
    }

    /** What became of a packet. Called on the loop's thread. */
    interface Outcome {
        /** The kernel has taken it. */
        void sent();

        /** @param why with the errno's name */
        void refused(HaException why);
    }

    /**
     * Sends the remaining bytes to the group, together with what else is sent so while the timers that expire now are
     * called; the bytes are copied. When it returns, or after those timers, the outcome is told.
     */
    default void send(ByteBuffer payload, Outcome outcome) {
        try {
            send(payload);
        } catch (HaException e) {
            outcome.refused(e);
            return;
        }
        outcome.sent();
    }

    /**
     * Sends the remaining bytes to the group.
     *
     * @throws io.ha4j.HaException with the errno's name when the kernel refuses; the channel remains usable
     */
    void send(ByteBuffer payload);

    /**
     * Sends the remaining bytes to a node or to the group.
     *
     * @throws io.ha4j.HaException with the errno's name when the kernel refuses; the channel remains usable
     */
    default void send(ByteBuffer payload, InetAddress destination) {
        if (!destination.isMulticastAddress()) {
            throw new UnsupportedOperationException("send to " + destination);
        }
        send(payload);
    }

    /**
     * Sends the remaining bytes to the multicast group from a hardware address that is not the link's own, in one frame.
     *
     * @param hardwareAddress six octets
     * @throws io.ha4j.HaException with the errno's name when the kernel refuses, such as EMSGSIZE for more than the
     *     link carries in one frame; the channel remains usable
     */
    default void send(ByteBuffer payload, byte[] hardwareAddress) {
        throw new UnsupportedOperationException("send from another hardware address");
    }

    /** Leaves the group and closes the socket. Closing twice does nothing more. */
    @Override
    void close();
}
