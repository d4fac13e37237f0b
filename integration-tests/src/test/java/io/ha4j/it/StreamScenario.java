package io.ha4j.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How two ends of a connection can behave, and what one of them sees. */
enum StreamScenario {
    ANSWER_AFTER_CLIENTS_END("client sends 70 kB + FIN; server answers 500 B 300 ms later; client sees") {
        @Override
        String play(Socket client, Socket server) throws IOException {
            send(client, 70_000);
            client.shutdownOutput();
            String atServer = receive(server, Long.MAX_VALUE, 0);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            send(server, 500);
            server.close();
            return atServer + " up, " + receive(client, Long.MAX_VALUE, 0) + " down";
        }
    },
    UPLOAD_AFTER_SERVERS_END("server FINs first, client uploads 1 MB; server sees") {
        @Override
        String play(Socket client, Socket server) throws IOException {
            server.shutdownOutput();
            receive(client, Long.MAX_VALUE, 0);
            CompletableFuture<Void> sent = async(() -> {
                send(client, 1_000_000);
                client.shutdownOutput();
            });
            String received = receive(server, Long.MAX_VALUE, 0);
            return sent.handle((done, failure) -> received + (failure == null ? "" : ", client's write fails"))
                    .join();
        }
    },
    SLOW_CLIENT("server sends 8 MiB and closes; slow client sees") {
        @Override
        String play(Socket client, Socket server) throws IOException {
            CompletableFuture<Void> sent = async(() -> {
                send(server, 8 << 20);
                server.close();
            });
            String received = receive(client, Long.MAX_VALUE, 2);
            sent.join();
            return received;
        }
    },
    SERVERS_RESET("server sends 1000 B, resets when they were read; client sees") {
        @Override
        String play(Socket client, Socket server) throws IOException {
            send(server, 1000);
            receive(client, 1000, 0);
            reset(server);
            return "1000 B and " + receive(client, Long.MAX_VALUE, 0);
        }
    },
    DATA_AND_SERVERS_RESET("server sends 100 kB + RST; client sees") {
        @Override
        String play(Socket client, Socket server) throws IOException {
            send(client, 1);
            receive(server, 1, 0); // a reset before a balancer knows that it is connected would be a failed connect
            CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> {
                try {
                    return receive(client, Long.MAX_VALUE, 0);
                } catch (IOException e) {
                    return e.toString();
                }
            });
            send(server, 100_000);
            reset(server);
            return received.join();
        }
    },
    CLIENTS_RESET("client sends 1000 B, resets when they were read; server sees") {
        @Override
        String play(Socket client, Socket server) throws IOException {
            send(client, 1000);
            receive(server, 1000, 0);
            reset(client);
            return "1000 B and " + receive(server, Long.MAX_VALUE, 0);
        }
    },
    RESET_AFTER_CLIENTS_END("client sends 10 B + FIN, then resets; server, which goes on sending, sees") {
        @Override
        String play(Socket client, Socket server) throws IOException {
            send(client, 10);
            client.shutdownOutput();
            String received = receive(server, Long.MAX_VALUE, 0);
            reset(client);
            try {
                for (int i = 0; i < 200; i++) {
                    send(server, 1000);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
                return received + ", and its writes succeed";
            } catch (SocketException e) {
                return received + ", and its writes fail";
            }
        }
    };

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SMALL_BUFFER = 4096;

    final String title;

    StreamScenario(String title) {
        this.title = title;
    }

    /** What was seen. */
    abstract String play(Socket client, Socket server) throws IOException;

    /** Plays it on a connection of its own. */
    String playThrough(InetSocketAddress route, ServerSocket listener) throws IOException {
        try (Socket client = new Socket()) {
            if (this == SLOW_CLIENT) {
                client.setReceiveBufferSize(SMALL_BUFFER);
            }
            client.connect(route);
            try (Socket server = listener.accept()) {
                client.setSoTimeout(PATIENCE_MILLIS);
                server.setSoTimeout(PATIENCE_MILLIS);
                return play(client, server);
            }
        }
    }

    private interface IoTask {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> async(IoTask task) {
        return CompletableFuture.runAsync(() -> {
            try {
                task.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void send(Socket socket, int bytes) throws IOException {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = at(i);
        }
        socket.getOutputStream().write(data);
    }

    private static byte at(long position) {
        return (byte) ((position * 0x9E3779B97F4A7C15L) >>> 56);
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Reads this much or to the end, which is named: {@code 500 B, FIN}. */
    private static String receive(Socket socket, long limit, long pauseMillis) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] block = new byte[16 * 1024];
        long bytes = 0;
        try {
            while (bytes < limit) {
                int n = in.read(block, 0, (int) Math.min(block.length, limit - bytes));
                if (n < 0) {
                    return bytes + " B, FIN";
                }
                for (int i = 0; i < n; i++) {
                    if (block[i] != at(bytes + i)) {
                        return "a wrong byte at " + (bytes + i);
                    }
                }
                bytes += n;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
            }
            return bytes + " B";
        } catch (SocketTimeoutException e) {
            return bytes + " B, no end";
        } catch (SocketException e) {
            return bytes + " B, RST";
        }
    }
}
