package io.ha4j.standalone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/** Asks a running instance. By hand, as the JDK's HTTP client knows no unix sockets. */
final class AdminClient {
    /** The code and the body of an answer. */
    record Reply(int code, String body) {}

    private final AdminAddress address;
    private final Duration timeout;

    AdminClient(AdminAddress address, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
    }

    /**
     * The body of the answer to {@code GET /status}.
     *
     * @throws IOException if nobody listens, does not answer in time, or answers with something else
     */
    String status() throws IOException {
        Reply reply = ask("GET /status HTTP/1.1\r\nHost: ha4j\r\n\r\n");
        if (reply.code != 200) {
            throw new IOException("the answer is " + reply.code + ": " + reply.body.strip());
        }
        return reply.body;
    }

    /**
     * The answer to a {@code POST}.
     *
     * @throws IOException if nobody listens, does not answer in time, or answers with something else than HTTP
     */
    Reply operate(String path) throws IOException {
        return ask("POST " + path + " HTTP/1.1\r\nHost: ha4j\r\n" + AdminHandler.OPERATOR
                + ": ha4j\r\nContent-Length: 0\r\n\r\n");
    }

    private Reply ask(String text) throws IOException {
        Timer timer = new Timer("ha4j-admin-timeout", true);
        try (SocketChannel channel = SocketChannel.open(address.address())) {
            timer.schedule(closing(channel), timeout.toMillis());
            ByteBuffer request = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            return reply(readAll(channel)); // the server closes after its answer
        } catch (AsynchronousCloseException e) {
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ClosedChannelException e) {
            throw new IOException("the connection was closed", e);
        } finally {
            timer.cancel();
        }
    }

    private static TimerTask closing(SocketChannel channel) {
        return new TimerTask() {
            @Override
            public void run() {
                try {
                    channel.close();
                } catch (IOException ignored) {
                    // The reader notices either way.
                }
            }
        };
    }

    private static String readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (channel.read(buffer) >= 0) {
            answer.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static Reply reply(String answer) throws IOException {
        int headerEnd = answer.indexOf("\r\n\r\n");
        if (headerEnd < 0 || !answer.matches("(?s)HTTP/1\\.1 [0-9]{3} .*")) {
            throw new IOException("the answer is not HTTP");
        }
        return new Reply(Integer.parseInt(answer.substring(9, 12)), answer.substring(headerEnd + 4));
    }
}
