package io.ha4j.beside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** User and system time of a process and its children, as proc(5) counts it: in ticks of 10 ms. */
final class CpuTime {
    private static final int TICK_MILLIS = 10;
    private static final int UTIME = 11; // counted from the field after the command's name

    private CpuTime() {}

    static long millis(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToLong(one -> ticks(one.pid()) * TICK_MILLIS)
                .sum();
    }

    private static long ticks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
