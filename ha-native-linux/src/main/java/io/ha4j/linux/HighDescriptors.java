package io.ha4j.linux;

/**
 * Descriptors for what the kernel is to close first when the process dies, where no {@link SocketKeeper} has it: it goes
 * from the highest to the lowest (see {@link LowDescriptors}). So these are for the accepted connections, whose end tells
 * the backups, then the guard's socket, with which the addresses fall silent; without the guard, the
 * {@link TunDevice} that they are on. Closing others takes its time: a packet socket waits for a grace period of RCU.
 *
 * <p>A process may have still higher ones, after more files than most ever open. Where it may not have so many, the
 * sockets stay where they are: everything comes to pass later, and in an order that is as safe.
 */
final class HighDescriptors {
    static final int GUARD = 0;
    static final int CONNECTION = 1;

    /** From the highest that a table of descriptors of 128 KiB has room for to what the limit of 1024 files allows. */
    private static final int[] LOWEST = {16_000, 4_000, 960};

    private HighDescriptors() {}

    /** @param rank {@link #GUARD} or {@link #CONNECTION} */
    static void raise(KernelSocket socket, int rank) {
        for (int lowest : LOWEST) {
            if (socket.raise(lowest + rank)) {
                return;
            }
        }
    }

    /** As the other one, with {@link #GUARD}. @return the descriptor from now on */
    static int raise(LinuxSyscalls syscalls, int descriptor) {
        for (int lowest : LOWEST) {
            int raised = syscalls.dupFrom(descriptor, lowest + GUARD);
            if (raised >= 0) {
                syscalls.close(descriptor);
                return raised;
            }
        }
        return descriptor;
    }
}
