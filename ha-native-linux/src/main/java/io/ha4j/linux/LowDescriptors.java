package io.ha4j.linux;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Descriptors that are taken before the guard opens its socket, for what has to outlive that socket when the process
 * dies, also where no {@link SocketKeeper} has it. The kernel then closes the files from the highest descriptor to the
 * lowest (close_files queues them with task_work_add, which Linux has run last in, first out since 4.3), and the lease of
 * the addresses ends with the guard's socket. Loop thread only.
 */
final class LowDescriptors implements AutoCloseable {
    private static final int SIZE = 16;
    private static final int CLOEXEC = 0x80000; // O_CLOEXEC and TFD_CLOEXEC

    private final LinuxSyscalls syscalls;
    private final Deque<Integer> free = new ArrayDeque<>(); // timers that are never set, only there to have them
    private final int spare; // another one, to take the place of what is raised
    private final int highest;

    LowDescriptors(LinuxSyscalls syscalls) {
        this.syscalls = syscalls;
        spare = open();
        int max = spare;
        for (int i = 0; i < SIZE; i++) {
            int descriptor = open();
            free.add(descriptor);
            max = Math.max(max, descriptor);
        }
        highest = max;
    }

    private int open() {
        int descriptor = syscalls.timerfdCreate(BootClock.CLOCK_BOOTTIME, CLOEXEC);
        if (descriptor < 0) {
            KernelException refusal = new KernelException("timerfd_create", syscalls.errno());
            close();
            throw refusal;
        }
        return descriptor;
    }

    /** What is to be closed before those that have these needs a higher one. */
    int highest() {
        return highest;
    }

    /** Moves a socket to one of them; whether there was one left. */
    boolean lower(KernelSocket socket) {
        Integer descriptor = free.poll();
        if (descriptor == null) {
            return false;
        }
        socket.moveTo(descriptor);
        return true;
    }

    /** Closes a socket that was lowered, and keeps its descriptor. */
    void raise(KernelSocket socket) {
        int descriptor = socket.release();
        if (descriptor >= 0 && syscalls.dup3(spare, descriptor, CLOEXEC) >= 0) {
            free.add(descriptor);
        }
    }

    @Override
    public void close() {
        free.forEach(syscalls::close);
        free.clear();
        syscalls.close(spare);
    }
}
