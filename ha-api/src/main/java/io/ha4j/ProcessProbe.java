package io.ha4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts processes. While those that it knows are enough, it looks at them alone and not at all of the machine's. */
final class ProcessProbe implements Probe {
    private static final Path PROC = Path.of("/proc");
    private static final int NAME_MAX = 15; // TASK_COMM_LEN - 1, linux/sched.h

    private final ProcessCheck check;
    private final LongSupplier nanoTime;
    private final byte[] wanted;
    private List<Path> known = List.of();
    private @Nullable Boolean up; // null before the first look
    private @Nullable Long otherwiseSince; // since when the number speaks against it

    /** @param nanoTime the clock of the delays */
    ProcessProbe(ProcessCheck check, LongSupplier nanoTime) {
        this.check = check;
        this.nanoTime = nanoTime;
        byte[] text = String.join("\0", check.command()).getBytes(StandardCharsets.UTF_8);
        boolean cut = check.match() == ProcessCheck.Match.NAME && text.length > NAME_MAX;
        this.wanted = cut ? Arrays.copyOf(text, NAME_MAX) : text;
    }

    @Override
    public Reading look() {
        int count;
        try {
            count = count();
        } catch (IOException | DirectoryIteratorException e) {
            return Reading.down("cannot be counted: " + e.getMessage());
        }
        boolean right = count >= check.quorum() && count <= check.quorumMax();
        return new Reading(decide(right), null, describe(count));
    }

    @Override
    public Duration pause() {
        return check.interval();
    }

    private boolean decide(boolean right) {
        if (up == null || up == right) {
            up = right;
            otherwiseSince = null;
            return right;
        }
        long now = nanoTime.getAsLong();
        if (otherwiseSince == null) {
            otherwiseSince = now;
        }
        Duration delay = right ? check.upDelay() : check.downDelay();
        if (now - otherwiseSince >= delay.toNanos()) {
            up = right;
            otherwiseSince = null;
        }
        return up;
    }

    private String describe(int count) {
        String text = count == 0 ? "no process" : count == 1 ? "1 process" : count + " processes";
        if (count < check.quorum()) {
            return text + ", at least " + check.quorum() + " wanted";
        }
        return count > check.quorumMax() ? text + ", at most " + check.quorumMax() + " wanted" : text;
    }

    private int count() throws IOException {
        if (check.quorum() > 0 && check.quorumMax() == Integer.MAX_VALUE) {
            long still = known.stream().filter(this::matches).count();
            if (still >= check.quorum()) {
                return known.size() == still ? known.size() : scan();
            }
        }
        return scan();
    }

    private int scan() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (matches(process)) {
                    found.add(process);
                }
            }
        }
        known = found;
        return found.size();
    }

    private boolean matches(Path process) {
        try {
            // pid (name) state …: a name may have parentheses itself, proc(5)
            byte[] stat = Files.readAllBytes(process.resolve("stat"));
            String text = new String(stat, StandardCharsets.ISO_8859_1);
            int end = text.lastIndexOf(')');
            char state = text.charAt(end + 2);
            if (state == 'Z' || state == 'X') {
                return false;
            }
            if (check.match() == ProcessCheck.Match.NAME) {
                String name = text.substring(text.indexOf('(') + 1, end);
                return name.equals(new String(wanted, StandardCharsets.ISO_8859_1));
            }
            return commandLineMatches(Files.readAllBytes(process.resolve("cmdline")));
        } catch (IOException | StringIndexOutOfBoundsException e) { // gone meanwhile
            return false;
        }
    }

    /** Each word of a command line ends with a 0: proc(5). */
    private boolean commandLineMatches(byte[] line) {
        if (line.length < wanted.length || !Arrays.equals(line, 0, wanted.length, wanted, 0, wanted.length)) {
            return false;
        }
        boolean wordEnds = line.length == wanted.length || line[wanted.length] == 0;
        return switch (check.match()) {
            case INITIAL -> true;
            case EXACT -> wordEnds && line.length <= wanted.length + 1;
            default -> wordEnds;
        };
    }
}
