package io.ha4j.beside;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP requests to a {@code WebServer}: so many per second, whatever became of those before, each on a connection of its
 * own; and so many connections that are kept, with a request each every 100 ms. One without an answer after 5 s has
 * failed. Prints what has happened so far, ten times a second, until it is killed.
 */
final class Requests {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final ByteBuffer FRESH = text("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    private static final ByteBuffer KEPT = text("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    /**
     * One line of its output.
     *
     * @param keptOpen of those connections, how many have been answered and are open
     * @param longestMillis the longest time between two answers since the line before
     */
    record Report(long answers, long failed, long keptOpen, long keptFailed, double longestMillis) {
        static @Nullable Report parse(String line) {
            String[] words = line.split(" ");
            return words.length == 6 && words[0].equals("REQUESTS")
                    ? new Report(
                            Long.parseLong(words[1]),
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4]),
                            Double.parseDouble(words[5]))
                    : null;
        }
    }

    private final class Connection {
        final SocketChannel channel;
        final boolean kept;
        boolean counted; // one that is kept, as open
        long sinceNanos = System.nanoTime();
        boolean waits = true;

        Connection(boolean kept) throws IOException {
            this.kept = kept;
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            all.add(this);
            channel.connect(target);
            channel.register(selector, SelectionKey.OP_CONNECT, this);
        }

        void ready(SelectionKey key) {
            try {
                if (key.isConnectable() && channel.finishConnect()) {
                    key.interestOps(SelectionKey.OP_READ);
                    channel.write((kept ? KEPT : FRESH).duplicate());
                } else if (key.isReadable()) {
                    read();
                }
            } catch (IOException e) {
                over(true);
            }
        }

        private void read() throws IOException {
            buffer.clear();
            int length = channel.read(buffer);
            if (length < 0) {
                over(true);
            } else if (length > 0 && kept) {
                keptOpen += counted ? 0 : 1;
                counted = true;
                waits = false;
            } else if (length > 0) {
                long now = System.nanoTime();
                longestNanos = answers == 0 ? 0 : Math.max(longestNanos, now - lastNanos);
                lastNanos = now;
                answers++;
                over(false);
            }
        }

        private void over(boolean badly) {
            all.remove(this);
            if (badly && kept) {
                keptFailed++;
                keptOpen -= counted ? 1 : 0;
            } else if (badly) {
                failed++;
            }
            try {
                channel.close();
            } catch (IOException e) {
                System.out.println("close: " + e);
            }
        }

        void again() {
            if (kept && !waits) {
                waits = true;
                sinceNanos = System.nanoTime();
                try {
                    channel.write(KEPT.duplicate());
                } catch (IOException e) {
                    over(true);
                }
            }
        }
    }

    private final Selector selector;
    private final InetSocketAddress target;
    private final ByteBuffer buffer = ByteBuffer.allocate(4096);
    private final java.util.Set<Connection> all = new java.util.LinkedHashSet<>();
    private long answers;
    private long failed;
    private long keptOpen;
    private long keptFailed;
    private long lastNanos;
    private long longestNanos;

    private Requests(Selector selector, InetSocketAddress target) {
        this.selector = selector;
        this.target = target;
    }

    /** @param arguments address, port, requests per second, connections that are kept */
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress target = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        new Requests(Selector.open(), target).run(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }

    private void run(int rate, int kept) throws IOException {
        for (int i = 0; i < kept; i++) {
            Connection unused = new Connection(true);
        }
        long step = TimeUnit.SECONDS.toNanos(1) / rate;
        long due = System.nanoTime();
        long report = due;
        while (true) {
            long now = System.nanoTime();
            for (; due - now <= 0; due += step) {
                Connection unused = new Connection(false);
            }
            if (report - now <= 0) {
                report = now + REPORT_NANOS;
                List<Connection> before = new ArrayList<>(all);
                before.forEach(Connection::again);
                before.stream()
                        .filter(one -> one.waits && now - one.sinceNanos > TIMEOUT_NANOS)
                        .forEach(one -> one.over(true));
                System.out.printf(
                        java.util.Locale.ROOT,
                        "REQUESTS %d %d %d %d %.1f%n",
                        answers,
                        failed,
                        keptOpen,
                        keptFailed,
                        longestNanos / 1e6);
                longestNanos = 0;
            }
            selector.select(key -> ((Connection) key.attachment()).ready(key), 1);
        }
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
