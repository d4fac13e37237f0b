package io.ha4j.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A backend of the demo: answers every HTTP/1.1 request with its name, keeps the connection or closes it as asked.
 * One thread; run as {@code WebServer ADDRESS PORT NAME}, and it prints {@code ready PORT}.
 */
public final class WebServer {
    private static final int MAX_REQUEST_BYTES = 4096;

    private final Selector selector;
    private final byte[] keep;
    private final byte[] close;

    private WebServer(Selector selector, String name) {
        this.selector = selector;
        keep = response(name, "keep-alive");
        close = response(name, "close");
    }

    public static void main(String[] args) throws IOException {
        Selector selector = Selector.open();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true); // it is killed and started again
            listener.bind(new InetSocketAddress(args[0], Integer.parseInt(args[1])), 1024);
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            System.out.println("ready " + listener.socket().getLocalPort());
            new WebServer(selector, args[2]).serve();
        }
    }

    private static byte[] response(String name, String connection) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + name.length() + "\r\nConnection: "
                        + connection + "\r\n\r\n" + name)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void serve() throws IOException {
        while (true) {
            selector.select(key -> {
                if (key.isAcceptable()) {
                    accept((ServerSocketChannel) key.channel());
                } else {
                    read(key);
                }
            });
        }
    }

    private void accept(ServerSocketChannel listener) {
        try {
            for (SocketChannel accepted = listener.accept(); accepted != null; accepted = listener.accept()) {
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                accepted.configureBlocking(false)
                        .register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(MAX_REQUEST_BYTES));
            }
        } catch (IOException e) {
            System.out.println("cannot accept a connection: " + e);
        }
    }

    private static void closeQuietly(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            System.out.println("cannot close a connection: " + e);
        }
    }

    private void read(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer request = (ByteBuffer) key.attachment();
        try {
            if (channel.read(request) < 0 || !request.hasRemaining()) {
                closeQuietly(key);
                return;
            }
            String head =
                    StandardCharsets.US_ASCII.decode(request.duplicate().flip()).toString();
            if (!head.endsWith("\r\n\r\n")) {
                return;
            }
            request.clear();
            boolean last = head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
            // A response of some hundred bytes fits into the send buffer of a connection with one request at a time.
            channel.write(ByteBuffer.wrap(last ? close : keep));
            if (last) {
                channel.shutdownOutput(); // and the client's FIN ends it
            }
        } catch (IOException e) {
            closeQuietly(key); // the peer reset the connection
        }
    }
}
