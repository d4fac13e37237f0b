package io.ha4j.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A connection for each request, one after the other on each of several threads: {@code FreshRequests ADDRESS PORT
 * THREADS ANSWER}. Prints {@code failed …} for each that was not answered with just that, and how many were, every 100 ms.
 */
final class FreshRequests {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final InetAddress address;
    private final int port;
    private final String answer;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private FreshRequests(InetAddress address, int port, String answer) {
        this.address = address;
        this.port = port;
        this.answer = answer;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        FreshRequests requests = new FreshRequests(InetAddress.getByName(args[0]), Integer.parseInt(args[1]), args[3]);
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            new Thread(requests::goOn).start();
        }
        while (true) {
            System.out.println("answered " + requests.answered + " failed " + requests.failed);
            Thread.sleep(100);
        }
    }

    private void goOn() {
        while (true) {
            try {
                String got = request();
                if (!got.endsWith(answer)) {
                    throw new IOException("answer '" + got + "'");
                }
                answered.incrementAndGet();
            } catch (IOException e) {
                failed.incrementAndGet();
                System.out.println("failed: " + e);
            }
        }
    }

    private String request() throws IOException {
        try (Socket socket = new Socket(address, port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Of a line that it has printed; −1 where it is another. */
    static long answered(String line) {
        String[] words = line.split(" ", -1);
        return words.length == 4 && words[0].equals("answered") ? Long.parseLong(words[1]) : -1;
    }
}
