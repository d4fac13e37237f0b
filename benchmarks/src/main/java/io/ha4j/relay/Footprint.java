package io.ha4j.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process and its children have taken of the machine; proc(5). */
final class Footprint {
    private static final double TICK_MICROS = 10_000; // USER_HZ is 100 on every architecture this runs on
    private static final int UTIME = 11; // counted from the field after the command's name
    private static final int STIME = 12;

    private final ProcessHandle process;

    Footprint(long pid) {
        process = ProcessHandle.of(pid).orElseThrow();
    }

    private Stream<Path> directories() {
        return Stream.concat(Stream.of(process), process.descendants()).map(one -> Path.of("/proc/" + one.pid()));
    }

    /** User and system time so far. */
    double cpuMicros() {
        return directories().mapToDouble(Footprint::cpuMicros).sum();
    }

    private static double cpuMicros(Path directory) {
        String stat = read(directory.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * TICK_MICROS;
    }

    /** Resident memory, without what the kernel holds for its sockets. */
    long residentBytes() {
        return directories().mapToLong(Footprint::residentBytes).sum();
    }

    private static long residentBytes(Path directory) {
        return read(directory.resolve("status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
