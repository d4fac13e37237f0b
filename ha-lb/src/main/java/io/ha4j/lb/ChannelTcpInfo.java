package io.ha4j.lb;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;

/** What the kernel knows of the connection of a Netty epoll channel. */
final class ChannelTcpInfo implements Delivery {
    private static final RawUnixChannelOption OPTION =
            new RawUnixChannelOption("HA4J_TCP_INFO", TcpInfo.IPPROTO_TCP, TcpInfo.TCP_INFO, TcpInfo.LENGTH);

    @Override
    public boolean isKnown() {
        return true;
    }

    @Override
    public boolean isClosed(Channel channel) {
        return read(channel).isClosed();
    }

    @Override
    public boolean isDelivered(Channel channel) {
        return read(channel).isDelivered();
    }

    @Override
    public long acknowledged(Channel channel) {
        return read(channel).acknowledged();
    }

    private static TcpInfo read(Channel channel) {
        try {
            return new TcpInfo(channel.config().getOption(OPTION));
        } catch (ChannelException e) { // the descriptor is closed
            return TcpInfo.CLOSED;
        }
    }
}
