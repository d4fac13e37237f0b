package io.ha4j.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection of the client, with at most one request on it. Used by the client's thread alone. */
final class ClientConnection {
    /** What comes of a request. */
    interface Outcome {
        void answered(ClientConnection connection, String backend);

        void failed(ClientConnection connection, String reason);
    }

    private static final byte[] KEEP = request("keep-alive");
    private static final byte[] CLOSE = request("close");

    /** The number of a kept connection; a fresh one has -1. */
    final int number;

    private final InetSocketAddress target;
    private final Selector selector;
    private final Outcome outcome;
    private final ByteBuffer answer = ByteBuffer.allocate(1024);
    private @Nullable SocketChannel channel;
    private boolean busy;
    private long dueNanos;

    ClientConnection(int number, InetSocketAddress target, Selector selector, Outcome outcome) {
        this.number = number;
        this.target = target;
        this.selector = selector;
        this.outcome = outcome;
    }

    private static byte[] request(String connection) {
        return ("GET / HTTP/1.1\r\nHost: demo\r\nConnection: " + connection + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    boolean isFresh() {
        return number < 0;
    }

    /** Whether it waits for the answer to the request that was due at this time. */
    boolean isBusyWith(long due) {
        return busy && dueNanos == due;
    }

    boolean isBusy() {
        return busy;
    }

    long dueNanos() {
        return dueNanos;
    }

    void send(long due) {
        busy = true;
        dueNanos = due;
        answer.clear();
        try {
            if (channel == null) {
                SocketChannel opened = SocketChannel.open();
                channel = opened;
                opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
                opened.configureBlocking(false);
                boolean connected = opened.connect(target);
                opened.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
                if (!connected) {
                    return;
                }
            }
            write(channel);
        } catch (IOException e) {
            fail(e);
        }
    }

    /** The selector says that something can be done. */
    void ready(SelectionKey key) {
        try {
            if (key.isConnectable()) {
                SocketChannel connecting = (SocketChannel) key.channel();
                connecting.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                write(connecting);
            } else {
                read((SocketChannel) key.channel());
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Gives the request up. */
    void abandon(String reason) {
        close();
        if (busy) {
            busy = false;
            outcome.failed(this, reason);
        }
    }

    private void write(SocketChannel connected) throws IOException {
        // Less than a hundred bytes into an empty send buffer: they are taken whole.
        connected.write(ByteBuffer.wrap(isFresh() ? CLOSE : KEEP));
    }

    private void read(SocketChannel connected) throws IOException {
        if (connected.read(answer) < 0) {
            abandon("the connection was closed without an answer"); // while idle, nothing is lost
            return;
        }
        String text =
                StandardCharsets.US_ASCII.decode(answer.duplicate().flip()).toString();
        int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return;
        }
        int length = contentLength(text.substring(0, head));
        if (text.length() < head + 4 + length) {
            return;
        }
        if (!text.startsWith("HTTP/1.1 200 ")) {
            abandon(text.substring(0, text.indexOf('\r')));
            return;
        }
        busy = false;
        if (isFresh()) {
            close();
        }
        outcome.answered(this, text.substring(head + 4, head + 4 + length));
    }

    private static int contentLength(String head) throws IOException {
        String name = "\r\nContent-Length: ";
        int at = head.indexOf(name);
        if (at < 0) {
            throw new IOException("an answer without Content-Length");
        }
        int end = head.indexOf('\r', at + 2);
        return Integer.parseInt(head.substring(at + name.length(), end < 0 ? head.length() : end));
    }

    private void fail(IOException e) {
        abandon(e.getMessage() == null ? e.toString() : e.getMessage());
    }

    private void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.out.println("cannot close a connection: " + e);
        }
        channel = null;
    }
}
