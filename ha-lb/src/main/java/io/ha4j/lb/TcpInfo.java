package io.ha4j.lb;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code getsockopt(TCP_INFO)}: {@code struct tcp_info} of {@code linux/tcp.h}, whose layout only ever grows. */
final class TcpInfo implements Delivery {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCP_CLOSE = 7; // net/tcp_states.h

    private static final int STATE = 0; // u8
    private static final int UNACKED = 24; // u32, segments
    private static final int BYTES_ACKED = 120; // u64, since Linux 4.1
    private static final int NOTSENT_BYTES = 144; // u32, since Linux 4.6
    private static final int LENGTH = 148;

    private static final RawUnixChannelOption OPTION =
            new RawUnixChannelOption("HA4J_TCP_INFO", IPPROTO_TCP, TCP_INFO, LENGTH);

    @Override
    public boolean isKnown() {
        return true;
    }

    @Override
    public boolean isClosed(Channel channel) {
        return read(channel).get(STATE) == TCP_CLOSE;
    }

    @Override
    public boolean isDelivered(Channel channel) {
        ByteBuffer info = read(channel);
        return info.get(STATE) == TCP_CLOSE || (info.getInt(UNACKED) == 0 && info.getInt(NOTSENT_BYTES) == 0);
    }

    @Override
    public long acknowledged(Channel channel) {
        return read(channel).getLong(BYTES_ACKED);
    }

    private static ByteBuffer read(Channel channel) {
        try {
            return channel.config().getOption(OPTION).order(ByteOrder.nativeOrder());
        } catch (ChannelException e) { // the descriptor is closed
            return ByteBuffer.allocate(LENGTH).put(STATE, (byte) TCP_CLOSE);
        }
    }
}
