package io.ha4j.lb;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the kernel has dropped at one socket for want of room: attempts to connect at a listening one, whose queue was full,
 * and datagrams. {@code ListenOverflows} of /proc/net/netstat counts the same for a whole network namespace.
 */
final class SocketDrops {
    private static final int SOL_SOCKET = 1; // asm-generic/socket.h
    private static final int SO_MEMINFO = 55; // since Linux 4.12
    private static final int SK_MEMINFO_DROPS = 8; // linux/sock_diag.h
    private static final int SK_MEMINFO_VARS = 9;

    private SocketDrops() {}

    /** 0 where the kernel does not tell; thread-safe. */
    static long of(Socket socket) {
        if (!socket.isOpen()) { // its number may be another one's
            return 0;
        }
        ByteBuffer info =
                ByteBuffer.allocateDirect(SK_MEMINFO_VARS * Integer.BYTES).order(ByteOrder.nativeOrder());
        try {
            socket.getRawOpt(SOL_SOCKET, SO_MEMINFO, info);
        } catch (IOException | ChannelException e) { // closed, or an older kernel, of which Netty makes the latter
            return 0;
        }
        return Integer.toUnsignedLong(info.getInt(SK_MEMINFO_DROPS * Integer.BYTES));
    }
}
