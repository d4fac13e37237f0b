package io.ha4j.lb;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** One end of a connection under test: a plain blocking socket whose data can be told from any other. */
final class Peer implements AutoCloseable {
    static final int PATIENCE_MILLIS = 10_000;

    private static final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "peer");
        thread.setDaemon(true);
        return thread;
    });

    enum Ending {
        FIN,
        RST
    }

    /** What came in: how much, its checksum, and how it ended. */
    record Received(long bytes, long crc, Ending ending) {}

    final Socket socket;

    Peer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    static Peer connect(InetSocketAddress address) throws IOException {
        return connect(address, 0);
    }

    static Peer connect(InetSocketAddress address, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(address); // with a timeout, an early reset would be a failed connect
        return new Peer(socket);
    }

    /** What {@link #send} sends. */
    static Received expected(long bytes, Ending ending) {
        CRC32 crc = new CRC32();
        byte[] block = new byte[64 * 1024];
        for (long at = 0; at < bytes; at += block.length) {
            fill(block, at);
            crc.update(block, 0, (int) Math.min(block.length, bytes - at));
        }
        return new Received(bytes, crc.getValue(), ending);
    }

    private static void fill(byte[] block, long at) {
        for (int i = 0; i < block.length; i++) {
            long x = (at + i) * 0x9E3779B97F4A7C15L;
            block[i] = (byte) (x >>> 56);
        }
    }

    Peer send(long bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] block = new byte[64 * 1024];
        for (long at = 0; at < bytes; at += block.length) {
            fill(block, at);
            out.write(block, 0, (int) Math.min(block.length, bytes - at));
        }
        return this;
    }

    Peer fin() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Waits until the other end's kernel has everything: a reset drops what is still to be sent, by Nagle's rule too. */
    Peer delivered() {
        String ends = String.format(":%04X ", socket.getLocalPort()) + ".*" + String.format(":%04X ", socket.getPort());
        Pattern sent = Pattern.compile(ends + "\\w+ 00000000:");
        Await.until("delivered", () -> {
            try (Stream<String> tcp = Files.lines(Path.of("/proc/net/tcp"));
                    Stream<String> tcp6 = Files.lines(Path.of("/proc/net/tcp6"))) {
                return Stream.concat(tcp, tcp6)
                        .anyMatch(line -> sent.matcher(line).find());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return this;
    }

    void rst() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Reads this many bytes or to the end. */
    Received receive(long limit) throws IOException {
        return receive(limit, 0);
    }

    Received receiveAll() throws IOException {
        return receive(Long.MAX_VALUE, 0);
    }

    /** Reads to the end and pauses after every 256 KiB. */
    Received receiveSlowly() throws IOException {
        return receive(Long.MAX_VALUE, TimeUnit.MILLISECONDS.toNanos(5));
    }

    private Received receive(long limit, long pauseNanos) throws IOException {
        InputStream in = socket.getInputStream();
        CRC32 crc = new CRC32();
        byte[] block = new byte[16 * 1024];
        long bytes = 0;
        long pauseAt = 256 * 1024;
        while (bytes < limit) {
            int n;
            try {
                n = in.read(block, 0, (int) Math.min(block.length, limit - bytes));
            } catch (SocketException e) {
                return new Received(bytes, crc.getValue(), Ending.RST);
            }
            if (n < 0) {
                break;
            }
            crc.update(block, 0, n);
            bytes += n;
            if (pauseNanos > 0 && bytes >= pauseAt) {
                pauseAt += 256 * 1024;
                LockSupport.parkNanos(pauseNanos);
            }
        }
        return new Received(bytes, crc.getValue(), Ending.FIN);
    }

    /** Writes until the connection refuses. */
    void sendUntilRefused() {
        byte[] block = new byte[1024];
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        try {
            while (System.nanoTime() < deadline) {
                socket.getOutputStream().write(block);
            }
        } catch (IOException e) {
            return;
        }
        throw new AssertionError("the connection still takes data after " + PATIENCE_MILLIS + " ms");
    }

    interface IoTask<T> {
        T run() throws IOException;
    }

    static <T> CompletableFuture<T> async(IoTask<T> task) {
        return async(task, 3L * PATIENCE_MILLIS);
    }

    /** For what takes longer than most. */
    static <T> CompletableFuture<T> async(IoTask<T> task, long limitMillis) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return task.run();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        threads)
                .orTimeout(limitMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
