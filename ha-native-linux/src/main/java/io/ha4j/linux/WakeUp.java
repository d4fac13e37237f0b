package io.ha4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A timerfd (timerfd_create(2)): readable when its time has come. The kernel's high-resolution timer drives it, and
 * timer slack does not apply, so it is late by tens of microseconds. Time goes on while the machine is suspended, as on
 * the {@link BootClock}.
 */
final class WakeUp implements AutoCloseable {
    private static final int TFD_NONBLOCK = 0x800; // linux/timerfd.h
    private static final int TFD_CLOEXEC = 0x80000;
    private static final long SECOND = 1_000_000_000;

    private final LinuxSyscalls syscalls;
    private final ByteBuffer itimerspec = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    private final ByteBuffer expirations = ByteBuffer.allocateDirect(Long.BYTES);
    private int fd;

    WakeUp(LinuxSyscalls syscalls) {
        this.syscalls = syscalls;
        fd = syscalls.timerfdCreate(BootClock.CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
        if (fd < 0) {
            throw new KernelException("timerfd_create", syscalls.errno());
        }
    }

    int fd() {
        return fd;
    }

    /** Replaces the time it had. */
    void in(long nanos) {
        long delay = Math.max(nanos, 1); // 0 would disarm it
        itimerspec.putLong(16, delay / SECOND).putLong(24, delay % SECOND); // it_value; no it_interval
        if (syscalls.timerfdSettime(fd, 0, itimerspec) < 0) {
            throw new KernelException("timerfd_settime", syscalls.errno());
        }
    }

    /** Makes it not readable until its next time. */
    void clear() {
        syscalls.read(fd, expirations, Long.BYTES); // EAGAIN when it was moved meanwhile
    }

    @Override
    public void close() {
        if (fd >= 0) {
            syscalls.close(fd);
            fd = -1;
        }
    }
}
