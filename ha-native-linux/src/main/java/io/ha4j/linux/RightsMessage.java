package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message of three numbers between two sockets of this process, with a descriptor or without (SCM_RIGHTS, unix(7)); in
 * the layout of 64-bit machines, which {@link Ipv6Message} shows. Not thread-safe.
 */
final class RightsMessage {
    private static final int CONTROL_LENGTH_AT = 40; // of struct msghdr
    private static final int CONTROL_SPACE = 24; // struct cmsghdr, a descriptor, padding
    private static final int CONTROL_LENGTH = 20;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000; // linux/socket.h
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private final LinuxSyscalls syscalls;
    private final ByteBuffer header = direct(56);
    private final ByteBuffer vector = direct(16);
    private final ByteBuffer control = direct(CONTROL_SPACE);
    private final ByteBuffer numbers = direct(3 * Integer.BYTES);

    RightsMessage(LinuxSyscalls syscalls) {
        this.syscalls = syscalls;
        vector.putLong(0, syscalls.addressOf(numbers)).putLong(8, numbers.capacity());
        header.putLong(16, syscalls.addressOf(vector)).putLong(24, 1).putLong(32, syscalls.addressOf(control));
    }

    private static ByteBuffer direct(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }

    int number(int index) {
        return numbers.getInt(index * Integer.BYTES);
    }

    RightsMessage number(int index, int value) {
        numbers.putInt(index * Integer.BYTES, value);
        return this;
    }

    /**
     * Sends it.
     *
     * @param descriptor goes with it; -1 for none
     * @return as sendmsg(2)
     */
    long send(int fd, int descriptor) {
        control.putLong(0, CONTROL_LENGTH)
                .putInt(8, SOL_SOCKET)
                .putInt(12, SCM_RIGHTS)
                .putInt(16, descriptor);
        header.putLong(CONTROL_LENGTH_AT, descriptor < 0 ? 0 : CONTROL_SPACE);
        return syscalls.sendmsg(fd, header, MSG_NOSIGNAL);
    }

    /** Receives one into this; as recvmsg(2). */
    long receive(int fd) {
        header.putLong(CONTROL_LENGTH_AT, CONTROL_SPACE);
        return syscalls.recvmsg(fd, header, MSG_CMSG_CLOEXEC);
    }

    /** What came with it; -1 for nothing. Whoever asked has to close it. */
    int descriptor() {
        return header.getLong(CONTROL_LENGTH_AT) < CONTROL_LENGTH ? -1 : control.getInt(16);
    }
}
