package io.ha4j.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that says its name to each client and then sends back what it gets, at all addresses of its node. */
final class EchoNode {
    static final int PORT = 7000;

    private EchoNode() {}

    /** @param arguments the name */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(PORT), 512);
            System.out.println("serving");
            while (true) {
                Socket client = server.accept();
                Thread thread = new Thread(() -> echo(client, arguments[0]));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void echo(Socket client, String name) {
        try (client) {
            OutputStream out = client.getOutputStream();
            out.write((name + "\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = client.getInputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            System.out.println("ended: " + e.getMessage());
        }
    }
}
