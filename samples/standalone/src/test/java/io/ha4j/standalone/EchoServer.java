package io.ha4j.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A backend on a free loopback port that sends back what it gets. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket server;

    EchoServer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::acceptAll);
    }

    int port() {
        return server.getLocalPort();
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (EchoServer server = new EchoServer()) {
            return server.port();
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                daemon(() -> echo(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void echo(Socket connection) {
        try (connection) {
            connection.getInputStream().transferTo(connection.getOutputStream());
        } catch (IOException ignored) {
            // The client is gone.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
