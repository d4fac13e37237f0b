package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the process that made a link still lives, whatever its process id and container: it has a socket with an
 * abstract name (unix(7)) in the network namespace, which goes with the process.
 */
final class LinkLock implements AutoCloseable {
    private static final int AF_UNIX = 1; // linux/socket.h

    private final KernelSocket socket;

    private LinkLock(KernelSocket socket) {
        this.socket = socket;
    }

    /** Null if a living process has it. */
    static @Nullable LinkLock tryAcquire(LinuxSyscalls syscalls, String linkName) {
        KernelSocket socket =
                KernelSocket.open(syscalls, AF_UNIX, KernelSocket.SOCK_DGRAM, 0, "lock of interface " + linkName);
        byte[] name = ("\0ha4j/link/" + linkName).getBytes(StandardCharsets.UTF_8);
        ByteBuffer address = ByteBuffer.allocateDirect(2 + name.length).order(ByteOrder.nativeOrder()); // sockaddr_un
        try {
            socket.bind(address.putShort((short) AF_UNIX).put(name));
            return new LinkLock(socket);
        } catch (KernelException e) {
            socket.close();
            if (e.errno() == Errno.EADDRINUSE) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
