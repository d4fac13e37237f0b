package io.ha4j.lb;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The way out through a socket. What the kernel does not take is kept until it does. Loop thread only. */
final class SocketOutput {
    private final TcpSocket socket;
    private @Nullable ByteBuf unsent;
    private boolean used;
    private boolean corked;

    SocketOutput(TcpSocket socket) {
        this.socket = socket;
    }

    /** Whether anything was ever sent. */
    boolean isUsed() {
        return used;
    }

    /** Whether the kernel has everything; otherwise nothing more may be sent. */
    boolean isEmpty() {
        return unsent == null;
    }

    /** How much memory is used for what the kernel has not taken. */
    int kept() {
        return unsent == null ? 0 : unsent.capacity();
    }

    /** Sends the beginning of the loop's buffer. */
    void send(RelayLoop loop, int length) throws IOException {
        used = true;
        int sent = socket.sendAddress(loop.address(), 0, length);
        if (sent < length) {
            unsent = loop.keep(sent, length);
        }
    }

    /** Sends what was just taken into the pipe. */
    void send(SplicePipe pipe, int length) throws IOException {
        used = true;
        int sent = pipe.drain(socket, length);
        if (sent < length) {
            unsent = pipe.rest(length - sent);
        }
    }

    /** Sends what is in this buffer, and takes it. */
    void send(ByteBuf data) throws IOException {
        used = true;
        unsent = data;
        flush();
    }

    /** Sends what is left, as much of it as the kernel takes. */
    void flush() throws IOException {
        ByteBuf data = unsent;
        if (data == null) {
            return;
        }
        data.skipBytes(socket.sendAddress(RelayLoop.address(data), data.readerIndex(), data.writerIndex()));
        if (!data.isReadable()) {
            discard();
        }
    }

    /** Drops what is left. */
    void discard() {
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
    }

    /** Whether a last segment that is not full waits for more, or for the end of the stream. */
    void setCorked(boolean corked) throws IOException {
        if (this.corked != corked) {
            this.corked = corked;
            socket.setCork(corked);
        }
    }
}
