package io.ha4j.lb;

import io.netty.channel.Channel;

/** What the kernel knows about a TCP connection that a socket's calls do not say. */
interface Delivery {
    /** Where there is no way to ask. */
    Delivery UNKNOWN = new Delivery() {
        @Override
        public boolean isKnown() {
            return false;
        }

        @Override
        public boolean isClosed(Channel channel) {
            return false;
        }

        @Override
        public boolean isDelivered(Channel channel) {
            return false;
        }

        @Override
        public long acknowledged(Channel channel) {
            return 0;
        }
    };

    /** Whether the answers below mean anything. */
    boolean isKnown();

    /** Whether the connection is gone: reset, or given up by the kernel. */
    boolean isClosed(Channel channel);

    /** Whether the other end's kernel has acknowledged everything that was written. */
    boolean isDelivered(Channel channel);

    /** Bytes that the other end has acknowledged so far. */
    long acknowledged(Channel channel);
}
