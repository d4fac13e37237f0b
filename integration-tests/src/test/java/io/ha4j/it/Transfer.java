package io.ha4j.it;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;

/**
 * One end of some connections, one after the other: sends 16 MiB of its own and checks every byte of the other end's
 * 16 MiB. Run as {@code Transfer listen|connect ADDRESS PORT ORDER…}; an order is
 *
 * <ul>
 *   <li>{@code send}: sends, closes its output, and receives until the other closes its own
 *   <li>{@code receive}: receives until the other closes its output, and sends only then
 *   <li>{@code both}: both at the same time
 * </ul>
 */
public final class Transfer {
    static final int BYTES = 16 << 20;

    private static final int TIMEOUT_MILLIS = 30_000;

    private final String name;
    private final Socket socket;

    private Transfer(String name, Socket socket) {
        this.name = name;
        this.socket = socket;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        InetAddress address = InetAddress.getByName(args[1]);
        int port = Integer.parseInt(args[2]);
        boolean listens = args[0].equals("listen");
        try (ServerSocket listener = listens ? new ServerSocket(port, 10, address) : new ServerSocket()) {
            System.out.println("ready");
            for (int i = 3; i < args.length; i++) {
                try (Socket socket = listens ? listener.accept() : new Socket(address, port)) {
                    socket.setSoTimeout(TIMEOUT_MILLIS);
                    new Transfer(args[0], socket).perform(args[i]);
                    System.out.println(args[i] + ": every byte is right");
                }
            }
        }
    }

    private void perform(String order) throws IOException, InterruptedException {
        switch (order) {
            case "send" -> {
                send();
                receive();
            }
            case "receive" -> {
                receive();
                send();
            }
            default -> {
                Thread sender = new Thread(() -> {
                    try {
                        send();
                    } catch (IOException e) {
                        System.out.println("cannot send: " + e);
                    }
                });
                sender.start();
                receive();
                sender.join();
            }
        }
    }

    private void send() throws IOException {
        SplittableRandom bytes = bytes(name);
        OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        for (int i = 0; i < BYTES; i++) {
            out.write(bytes.nextInt());
        }
        out.flush();
        socket.shutdownOutput();
    }

    private void receive() throws IOException {
        SplittableRandom bytes = bytes(name.equals("listen") ? "connect" : "listen");
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        for (int i = 0; i < BYTES; i++) {
            int expected = bytes.nextInt() & 0xff;
            int actual = in.read();
            if (actual != expected) {
                throw new IOException("byte " + i + " must be " + expected + ", but was " + actual);
            }
        }
        if (in.read() >= 0) {
            throw new IOException("more than " + BYTES + " bytes");
        }
    }

    /** Each end has bytes of its own. */
    private static SplittableRandom bytes(String name) {
        return new SplittableRandom(name.hashCode());
    }
}
