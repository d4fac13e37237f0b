package io.ha4j;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks whether a file is there, or at the number in it. */
final class FileProbe implements Probe {
    private static final int READ_LIMIT = 64; // more than any number takes
    private static final int LOOKS_IF_EMPTY = 25;
    private static final long PAUSE_MILLIS = 20;
    private static final Pattern NUMBER = Pattern.compile("\\s*([+-]?[0-9]{1,18})(\\s.*)?", Pattern.DOTALL);

    private final FileCheck check;

    FileProbe(FileCheck check) {
        this.check = check;
    }

    @Override
    public Reading look() throws InterruptedException {
        boolean value = check.measure() == FileCheck.Measure.VALUE;
        try {
            BasicFileAttributes attributes = Files.readAttributes(check.file(), BasicFileAttributes.class);
            if (!value) {
                return Reading.up("is there");
            }
            if (!attributes.isRegularFile()) { // to open a pipe could take for ever
                return Reading.value(0, "is no regular file, counts as 0");
            }
            return number(check.file());
        } catch (NoSuchFileException e) {
            return value ? Reading.value(0, "is not there, counts as 0") : Reading.down("is not there");
        } catch (IOException e) {
            String why = "cannot be read: " + e.getMessage();
            return value ? Reading.value(0, why + ", counts as 0") : Reading.down(why);
        }
    }

    @Override
    public Duration pause() {
        return check.interval();
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(READ_LIMIT), StandardCharsets.ISO_8859_1);
        }
    }

    private static Reading number(Path file) throws IOException, InterruptedException {
        String text = text(file);
        for (int i = 0; text.isEmpty() && i < LOOKS_IF_EMPTY; i++) {
            Thread.sleep(PAUSE_MILLIS); // echo 5 > file empties it first and then writes: empty is what stays empty
            text = text(file);
        }
        Matcher number = NUMBER.matcher(text);
        if (!number.matches()) {
            return Reading.value(0, text.isBlank() ? "is empty, counts as 0" : "has no number in it, counts as 0");
        }
        long value = Long.parseLong(number.group(1));
        int limited = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
        return Reading.value(limited, "value " + limited);
    }
}
