package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * CLOCK_BOOTTIME (clock_gettime(2)): monotonic, and it goes on while the machine is suspended, in which {@link
 * System#nanoTime()} stands still; so a node that wakes up can tell how long it was away. Thread-safe.
 */
final class BootClock {
    static final int CLOCK_BOOTTIME = 7; // linux/time.h

    private static final long SECOND = 1_000_000_000;

    private final LinuxSyscalls syscalls;
    private final ThreadLocal<ByteBuffer> timespec =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()));

    BootClock(LinuxSyscalls syscalls) {
        this.syscalls = syscalls;
    }

    /** Nanoseconds since the machine was started. */
    long nanoTime() {
        ByteBuffer time = timespec.get();
        if (syscalls.clockGettime(CLOCK_BOOTTIME, time) < 0) {
            throw new KernelException("clock_gettime(CLOCK_BOOTTIME)", syscalls.errno());
        }
        return time.getLong(0) * SECOND + time.getLong(8); // tv_sec, tv_nsec
    }
}
