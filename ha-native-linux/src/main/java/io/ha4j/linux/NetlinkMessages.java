package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Walks the messages of one datagram. */
final class NetlinkMessages {
    /** Takes one message. */
    @FunctionalInterface
    interface Visitor {
        /** @param body what follows the header, in native byte order; valid during the call only */
        void message(NetlinkHeader header, ByteBuffer body);
    }

    private NetlinkMessages() {}

    /** Stops at the first thing that is no message; what the kernel sends never contains such a thing. */
    static void forEach(ByteBuffer datagram, Visitor visitor) {
        datagram.order(ByteOrder.nativeOrder());
        while (datagram.hasRemaining()) {
            NetlinkHeader header = NetlinkHeader.parse(datagram);
            if (header == null) {
                return;
            }
            int body = datagram.position();
            visitor.message(header, datagram.slice(body, header.bodyLength()).order(ByteOrder.nativeOrder()));
            int padded = NetlinkHeader.align(header.bodyLength());
            datagram.position(Math.min(body + padded, datagram.limit()));
        }
    }
}
