package io.ha4j.relay;

import io.ha4j.lab.LabException;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What wrk asks for. */
enum Load {
    KEEP_ALIVE("keep-alive, 64 connections", 64, "/"),
    NEW_CONNECTIONS("new connection per request", 64, "/"),
    MEBIBYTE("1 MiB bodies, 8 connections", 8, "/mebibyte"),
    /** Against coarse delays: many connections, each of which pauses for some milliseconds. */
    HALF_LOAD("half of HAProxy's peak", 128, "/");

    /**
     * What one run gave.
     *
     * @param rate requests per second
     * @param p99Micros the time that 99 % of them took at most
     */
    record Sample(double rate, double p99Micros) {}

    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern ERRORS = Pattern.compile("Socket errors:.*|Non-2xx.*");

    final String title;
    private final int connections;
    private final String path;

    Load(String title, int connections, String path) {
        this.title = title;
        this.connections = connections;
        this.path = path;
    }

    /** Runs without pauses. */
    Sample run(LabHost client, String address, int port, int seconds) {
        return run(client, address, port, seconds, List.of());
    }

    /**
     * Runs at this rate or somewhat below it.
     *
     * @param directory for a file of its own
     */
    Sample runAt(double rate, LabHost client, String address, int port, int seconds, Path directory) {
        double pauseMillis = 1000.0 * connections / rate;
        Path script = write(
                directory.resolve("pause.lua"),
                String.format(
                        Locale.ROOT,
                        "local whole, part = math.modf(%f)%n"
                                + "function delay() if math.random() < part then return whole + 1 end return whole end%n",
                        pauseMillis));
        return run(client, address, port, seconds, List.of("-s", script.toString()));
    }

    private Sample run(LabHost client, String address, int port, int seconds, List<String> more) {
        List<String> command =
                new ArrayList<>(List.of("wrk", "-t", "1", "-c", "" + connections, "-d", seconds + "s", "--latency"));
        if (this == NEW_CONNECTIONS) {
            command.addAll(List.of("-H", "Connection: close"));
        }
        command.addAll(more);
        command.add("http://" + address + ":" + port + path);
        LabProcess wrk = client.start(command.toArray(String[]::new));
        if (wrk.waitFor(Duration.ofSeconds(seconds + 20L)).isEmpty()) {
            wrk.close();
            throw new LabException("wrk did not end:\n" + wrk.tail(12));
        }
        String output = wrk.tail(50);
        ERRORS.matcher(output).results().forEach(error -> System.out.println("    " + this + ": " + error.group()));
        return new Sample(number(RATE, output, 1), number(P99, output, 1) * micros(output));
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double micros(String output) {
        Matcher matcher = P99.matcher(output);
        if (!matcher.find()) {
            return 0;
        }
        return switch (matcher.group(2)) {
            case "us" -> 1;
            case "ms" -> 1e3;
            default -> 1e6;
        };
    }

    private static double number(Pattern pattern, String output, int group) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new LabException("wrk printed no " + pattern + ":\n" + output);
        }
        return Double.parseDouble(matcher.group(group));
    }
}
