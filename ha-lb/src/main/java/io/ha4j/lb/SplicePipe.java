package io.ha4j.lb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipe that bytes go through from one socket to another without being copied: splice(2). Empty between two uses, as
 * what the second socket does not take is read out of it; so one serves all connections of an event loop. Loop thread
 * only.
 */
final class SplicePipe implements AutoCloseable {
    /** How much goes through at once, at most. */
    static final int SIZE = 64 * 1024;

    private static final Logger log = LoggerFactory.getLogger(SplicePipe.class);
    private static final long NO_OFFSET = -1;

    private final FileDescriptor out;
    private final FileDescriptor in;
    private boolean usable = true;
    private int inside; // bytes; what a defect leaves there must not reach another connection

    private SplicePipe(FileDescriptor out, FileDescriptor in) {
        this.out = out;
        this.in = in;
    }

    /** @throws IOException for want of descriptors, as a rule */
    static SplicePipe open() throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        return new SplicePipe(ends[0], ends[1]);
    }

    /** Not where splice(2) of sockets is unknown or forbidden, nor when it is not empty; then they are read and written. */
    boolean isUsable() {
        return usable && inside == 0;
    }

    /**
     * Takes what a socket has received.
     *
     * @return how many bytes; 0 when there are none now, at the end of the stream, and when this cannot be used
     * @throws IOException when the connection broke
     */
    int fill(FileDescriptor from) throws IOException {
        try {
            inside = Native.splice(from.intValue(), NO_OFFSET, in.intValue(), NO_OFFSET, SIZE);
            return inside;
        } catch (IOException e) {
            giveUpUnlessBroken(e);
            return 0;
        }
    }

    /**
     * Sends what was taken. The caller gets the rest with {@link #rest}; nothing is left when this fails.
     *
     * @return how many bytes of it the kernel took
     * @throws IOException when the connection broke
     */
    int drain(FileDescriptor to, int length) throws IOException {
        int sent = 0;
        try {
            int more;
            do {
                more = Native.splice(out.intValue(), NO_OFFSET, to.intValue(), NO_OFFSET, length - sent);
                sent += more;
                inside -= more;
            } while (more > 0 && sent < length);
        } catch (IOException e) {
            try {
                giveUpUnlessBroken(e);
            } catch (IOException broken) {
                rest(length - sent).release();
                throw broken;
            }
        }
        return sent;
    }

    /** What was taken and not sent, in a buffer of its size. */
    ByteBuf rest(int length) {
        ByteBuf rest = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
        while (rest.isWritable()) {
            try {
                int n = out.readAddress(RelayLoop.address(rest), rest.writerIndex(), length); // so much is there
                rest.writerIndex(rest.writerIndex() + n);
                inside -= n;
            } catch (IOException e) {
                usable = false;
                rest.release();
                throw new IllegalStateException("a pipe does not give back what went into it", e);
            }
        }
        return rest;
    }

    /** A kernel or a seccomp profile that refuses it is no fault of the connection. */
    private void giveUpUnlessBroken(IOException failure) throws IOException {
        Errno errno = Errno.of(failure);
        if (errno != null && errno != Errno.EPERM && errno != Errno.EACCES) {
            throw failure;
        }
        usable = false;
        log.debug("no splice(2) here, data is copied", failure);
    }

    @Override
    public void close() {
        for (FileDescriptor end : new FileDescriptor[] {in, out}) {
            try {
                end.close();
            } catch (IOException e) {
                log.debug("close of {}: {}", end, Errno.describe(e)); // the descriptor is free all the same; close(2)
            }
        }
    }
}
