package io.ha4j.linux;

import io.ha4j.HaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Keeps sockets that are to end at once when the process dies: in a thread with a table of descriptors of its own
 * (close_range(2) with CLOSE_RANGE_UNSHARE).
 *
 * <p>The kernel closes the files of a process when its last thread has ended, and before that the last thread gives the
 * memory back, which takes a tenth of a second for each gigabyte of heap. The files of a thread that has its own it closes
 * when that thread ends, and this one has nothing to do but to wait in the kernel. Who needs a socket borrows it for a few
 * calls; other threads do not have it otherwise.
 *
 * <p>The thread runs Java code, but no class may be loaded there and nothing may be logged, since the JVM's own files are
 * not open in its table. So it makes the few calls of {@link Keeping} only, and has made each once before it parts. Loop
 * thread only.
 */
final class SocketKeeper implements AutoCloseable {
    private static final int KEEP = 1; // a descriptor comes; the answer is its number there
    private static final int LEND = 2; // the answer brings a descriptor
    private static final int CLOSE = 3;
    private static final int PART = 4; // have descriptors of its own from now on

    private static final int SOCK_SEQPACKET = 5; // linux/net.h
    private static final int CLOEXEC = 0x80000;
    private static final int SO_RCVTIMEO = 20; // asm-generic/socket.h
    private static final int LIMIT_SECONDS = 5;
    private static final int CLOSE_RANGE_UNSHARE = 2; // linux/close_range.h

    /** Above what the JVM may believe to be open, should it write to one of its files in that thread after all. */
    private static final int LOWEST = 500;

    private final LinuxSyscalls syscalls;
    private final RightsMessage message;
    private final int control;
    private int sequence;

    private SocketKeeper(LinuxSyscalls syscalls, int control) {
        this.syscalls = syscalls;
        this.control = control;
        message = new RightsMessage(syscalls);
    }

    /** @throws HaException if the kernel refuses; nothing stays open */
    static SocketKeeper start(LinuxSyscalls syscalls) {
        ByteBuffer pair = ByteBuffer.allocateDirect(2 * Integer.BYTES).order(ByteOrder.nativeOrder());
        if (syscalls.socketpair(SocketAddresses.AF_UNIX, SOCK_SEQPACKET | CLOEXEC, 0, pair) < 0) {
            throw new KernelException("socketpair", syscalls.errno());
        }
        int low = pair.getInt(Integer.BYTES);
        int raised = syscalls.dupFrom(low, LOWEST);
        int theirs = raised < 0 ? low : raised;
        if (raised >= 0) {
            syscalls.close(low);
        }
        Thread thread = new Thread(new Keeping(syscalls, theirs), "ha4j-keeper");
        thread.setDaemon(true);
        thread.start();
        SocketKeeper keeper = new SocketKeeper(syscalls, pair.getInt(0));
        try {
            keeper.limitAnswers();
            keeper.rehearse();
            keeper.call(PART, theirs, -1);
        } catch (HaException e) {
            keeper.close(); // and the thread the other end, in the table that they share
            throw e;
        }
        syscalls.close(theirs); // it has its own now
        return keeper;
    }

    /** What is weaker without it, for whom the kernel gave this answer to the wish for one. */
    static String slowness(HaException refusal) {
        return "silent after a crash only when the kernel has given the memory back: " + refusal.getMessage();
    }

    private void limitAnswers() {
        ByteBuffer time = ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        time.putLong(0, LIMIT_SECONDS);
        if (syscalls.setsockopt(control, KernelSocket.SOL_SOCKET, SO_RCVTIMEO, time, time.capacity()) < 0) {
            throw new KernelException("setsockopt SO_RCVTIMEO", syscalls.errno());
        }
    }

    /** Each call once, so that everything is loaded, with a refused one. */
    private void rehearse() {
        int kept = keep(control);
        syscalls.close(lend(kept));
        close(kept);
        try {
            lend(kept);
        } catch (KernelException e) {
            return; // EBADF, as it should be
        }
        throw new HaException("descriptor " + kept + " was closed and is open");
    }

    /**
     * Keeps what a descriptor stands for; the descriptor itself stays open.
     *
     * @return what it is called from now on
     */
    int keep(int descriptor) {
        call(KEEP, 0, descriptor);
        return message.number(2);
    }

    /** A descriptor for what is kept; to be closed soon. */
    int lend(int kept) {
        call(LEND, kept, -1);
        int lent = message.descriptor();
        if (lent < 0) {
            throw new HaException("ha4j-keeper did not send descriptor " + kept);
        }
        return lent;
    }

    void close(int kept) {
        call(CLOSE, kept, -1);
    }

    private void call(int what, int of, int descriptor) {
        int number = ++sequence;
        message.number(0, what).number(1, number).number(2, of);
        if (message.send(control, descriptor) < 0) {
            throw new KernelException("sendmsg(ha4j-keeper)", syscalls.errno());
        }
        while (true) {
            long received = message.receive(control);
            if (received == 0) {
                throw new HaException("recvmsg(ha4j-keeper): the thread has ended");
            }
            int errno = received < 0 ? syscalls.errno() : 0;
            if (received < 0 && errno != Errno.EINTR) {
                throw new KernelException("recvmsg(ha4j-keeper)", errno);
            }
            if (received > 0 && message.number(1) == number) {
                break;
            }
            if (received > 0 && message.descriptor() >= 0) { // the answer to a call that was given up
                syscalls.close(message.descriptor());
            }
        }
        if (message.number(2) < 0) {
            throw new KernelException(what == PART ? "close_range" : "ha4j-keeper", -message.number(2));
        }
    }

    /** Ends the thread, and with it what it keeps. */
    @Override
    public void close() {
        syscalls.close(control);
    }

    /** What the thread does. */
    private record Keeping(LinuxSyscalls syscalls, int control, RightsMessage message) implements Runnable {
        Keeping(LinuxSyscalls syscalls, int control) {
            this(syscalls, control, new RightsMessage(syscalls));
        }

        @Override
        public void run() {
            while (true) {
                long received = message.receive(control);
                if (received > 0) {
                    answer();
                } else if (received == 0 || syscalls.errno() != Errno.EINTR) {
                    break;
                }
            }
            syscalls.close(control);
        }

        private void answer() {
            int of = message.number(2);
            int with = -1;
            int result = switch (message.number(0)) {
                case KEEP -> kept(message.descriptor());
                case CLOSE -> result(syscalls.close(of));
                case PART -> part(of);
                default -> {
                    with = of;
                    yield 0;
                }
            };
            message.number(2, result);
            if (message.send(control, with) < 0 && with >= 0) {
                message.number(2, -syscalls.errno()).send(control, -1);
            }
        }

        private int kept(int descriptor) {
            if (descriptor < 0) {
                return -Errno.EMFILE; // MSG_CTRUNC
            }
            int raised = syscalls.dupFrom(descriptor, LOWEST);
            if (raised < 0) {
                return descriptor;
            }
            syscalls.close(descriptor);
            return raised;
        }

        /** Keeps its end of the conversation, and the standard streams. */
        private int part(int control) {
            int result = result(syscalls.closeRange(control + 1, -1, CLOSE_RANGE_UNSHARE));
            return result < 0 ? result : result(syscalls.closeRange(3, control - 1, 0));
        }

        private int result(long returned) {
            return returned < 0 ? -syscalls.errno() : 0;
        }
    }
}
