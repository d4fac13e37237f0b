package io.ha4j.linux;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of the running kernel. */
record KernelRelease(int major, int minor) {
    private static final Pattern START = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final KernelRelease CURRENT = parse(System.getProperty("os.version", ""));

    static KernelRelease current() {
        return CURRENT;
    }

    /** Reads what {@code uname -r} prints, such as 6.1.0-18-amd64; 0.0 when that makes no sense. */
    static KernelRelease parse(String release) {
        Matcher matcher = START.matcher(release);
        return matcher.matches()
                ? new KernelRelease(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new KernelRelease(0, 0);
    }

    boolean atLeast(int major, int minor) {
        return this.major > major || (this.major == major && this.minor >= minor);
    }
}
