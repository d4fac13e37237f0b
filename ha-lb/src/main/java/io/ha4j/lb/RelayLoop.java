package io.ha4j.lb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.Buffer;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the connections of one event loop share. Loop thread only. */
final class RelayLoop {
    /** The size of one read; 16 and 64 KiB are both slower (reference/load-balancing.md). */
    static final int READ_SIZE = 32 * 1024;

    /** System property; with {@code off} all data is copied, should a kernel's splice(2) not be trusted. */
    static final String SPLICE = "ha4j.splice";

    private static final FastThreadLocal<RelayLoop> current = new FastThreadLocal<>() {
        @Override
        protected void onRemoval(RelayLoop loop) { // the thread ends
            loop.buffer.release();
            if (loop.pipe != null) {
                loop.pipe.close();
            }
        }
    };

    private final IoEventLoop loop;
    private final List<SocketLeg> closing = new ArrayList<>();
    private ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(READ_SIZE);
    private long address = address(buffer);
    private final boolean splices = !"off".equals(System.getProperty(SPLICE));
    private @Nullable SplicePipe pipe;

    private RelayLoop(IoEventLoop loop) {
        this.loop = loop;
    }

    /** That of this thread, which is the event loop's. */
    static RelayLoop of(IoEventLoop loop) {
        RelayLoop found = current.getIfExists();
        if (found == null) {
            found = new RelayLoop(loop);
            current.set(found);
        }
        return found;
    }

    IoEventLoop eventLoop() {
        return loop;
    }

    /** Where in memory the next read goes to. What is there belongs to whoever reads, until the next one does. */
    long address() {
        return address;
    }

    /** Hands out what was read but not sent: much of it with the buffer, and the next read gets another one. */
    ByteBuf keep(int from, int to) {
        if (to - from <= READ_SIZE / 4) {
            return PooledByteBufAllocator.DEFAULT.directBuffer(to - from).writeBytes(buffer, from, to - from);
        }
        ByteBuf kept = buffer.setIndex(from, to);
        buffer = PooledByteBufAllocator.DEFAULT.directBuffer(READ_SIZE);
        address = address(buffer);
        return kept;
    }

    /** What was read, in a buffer of its own size. */
    ByteBuf copy(int length) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(buffer, 0, length);
    }

    /** What bytes can pass through without being copied; null when it cannot be used, or there is no descriptor for it. */
    @Nullable
    SplicePipe pipe() {
        if (!splices) {
            return null;
        }
        if (pipe == null) {
            try {
                pipe = SplicePipe.open();
            } catch (IOException e) {
                return null;
            }
        }
        return pipe.isUsable() ? pipe : null;
    }

    static long address(ByteBuf buffer) {
        if (buffer.hasMemoryAddress()) {
            return buffer.memoryAddress();
        }
        ByteBuffer memory = buffer.internalNioBuffer(0, buffer.capacity()); // a part of what its address is of
        return Buffer.memoryAddress(memory) + memory.position();
    }

    /**
     * Closes it when this round of I/O is over. In the same round there may still be an event for its descriptor, which
     * must not reach a new connection that has got the number again.
     */
    void closeAfterThisRound(SocketLeg leg) {
        closing.add(leg);
        if (closing.size() == 1) {
            loop.execute(this::closeAll);
        }
    }

    private void closeAll() {
        for (SocketLeg leg : closing) {
            leg.closeSocket();
        }
        closing.clear();
    }
}
