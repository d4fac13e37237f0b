package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Connections to an {@link EchoNode} that exchange data until the process is stopped; each octet is compared. */
final class LongLived {
    private static final int LONGEST = 6000;
    private static final int ANSWER_MILLIS = 20_000;
    private static final Pattern STATUS = Pattern.compile("open (\\d+) failed (\\d+) rounds (\\d+) of (\\{.*\\})");

    private final LabProcess process;
    private final int count;

    /** Opens connections from that host, the same number to each port, and waits until all exchange data. */
    LongLived(Testbed bed, LabHost client, String address, int count, int... ports) {
        this.count = count * ports.length;
        Object[] arguments = new Object[2 + ports.length];
        arguments[0] = address;
        arguments[1] = count;
        for (int i = 0; i < ports.length; i++) {
            arguments[2 + i] = ports[i];
        }
        process = bed.java(client, LongLived.class, arguments);
        Wait.until("the connections to " + address, () -> value(1) + value(2) == this.count && value(3) > 0);
    }

    /** What the clients were told who serves them. */
    String servers() {
        return status().group(4);
    }

    /** Waits until each connection has exchanged data some more times, and requires that none has failed. */
    void requireUnharmed() {
        long goal = value(3) + 5;
        Wait.until("five more exchanges", () -> value(3) >= goal || value(2) > 0);
        assertThat(process.lines().stream().map(LabProcess.Line::text).filter(line -> line.startsWith("FAILED")))
                .isEmpty();
        assertThat(value(1)).as("open connections").isEqualTo(count);
    }

    void awaitFailures() {
        Wait.until("the end of all connections", () -> value(2) == count);
    }

    void stop() {
        process.terminate();
        process.waitFor(Wait.LIMIT);
    }

    private long value(int group) {
        return Long.parseLong(status().group(group));
    }

    private Matcher status() {
        Matcher found = STATUS.matcher("open 0 failed 0 rounds 0 of {}");
        for (LabProcess.Line line : process.lines()) {
            Matcher matcher = STATUS.matcher(line.text());
            if (matcher.matches()) {
                found = matcher;
            }
        }
        found.reset();
        boolean unused = found.matches();
        return found;
    }

    /** @param arguments address, connections to each port, ports */
    public static void main(String[] arguments) throws InterruptedException {
        int each = Integer.parseInt(arguments[1]);
        int count = each * (arguments.length - 2);
        AtomicIntegerArray rounds = new AtomicIntegerArray(count);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Map<String, Integer> servers = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            InetSocketAddress server = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[2 + i / each]));
            Thread thread =
                    new Thread(null, () -> exchange(number, server, rounds, open, failed, servers), "", 1 << 17);
            thread.setDaemon(true);
            thread.start();
        }
        while (true) {
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                least = Math.min(least, rounds.get(i));
            }
            synchronized (servers) {
                System.out.println(
                        "open " + open.get() + " failed " + failed.get() + " rounds " + least + " of " + servers);
            }
            Thread.sleep(250);
        }
    }

    private static void exchange(
            int number,
            InetSocketAddress server,
            AtomicIntegerArray rounds,
            AtomicInteger open,
            AtomicInteger failed,
            Map<String, Integer> servers) {
        try (Socket socket = new Socket()) {
            socket.connect(server, ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            StringBuilder name = new StringBuilder();
            for (int octet = in.readUnsignedByte(); octet != '\n'; octet = in.readUnsignedByte()) {
                name.append((char) octet);
            }
            synchronized (servers) {
                servers.merge(name.toString(), 1, Integer::sum);
            }
            open.incrementAndGet();
            try {
                exchange(socket, in, new Random(number), () -> rounds.incrementAndGet(number));
            } finally {
                open.decrementAndGet();
            }
        } catch (IOException | InterruptedException e) {
            failed.incrementAndGet();
            System.out.println("FAILED " + number + ": " + e);
        }
    }

    private static void exchange(Socket socket, DataInputStream in, Random random, Runnable round)
            throws IOException, InterruptedException {
        while (true) {
            byte[] sent = new byte[1 + random.nextInt(LONGEST)];
            random.nextBytes(sent);
            socket.getOutputStream().write(sent);
            if (!Arrays.equals(in.readNBytes(sent.length), sent)) {
                throw new IOException("other octets came back");
            }
            round.run();
            Thread.sleep(50);
        }
    }
}
