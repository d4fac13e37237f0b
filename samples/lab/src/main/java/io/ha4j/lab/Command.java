package io.ha4j.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a short command to its end. */
final class Command {
    /** Debian's names; other distributions' are close. */
    private static final Map<String, String> PACKAGES = Map.of(
            "ip",
            "iproute2",
            "nft",
            "nftables",
            "tcpdump",
            "tcpdump",
            "unshare",
            "util-linux",
            "setpriv",
            "util-linux");

    private static final long TIMEOUT_SECONDS = 10;

    private Command() {}

    /**
     * Returns what it printed.
     *
     * @throws LabException if it is not installed, ends with another code than 0 or takes more than 10 s
     */
    static String run(List<String> command) {
        Process process = start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))));
        try (var output = process.getInputStream()) {
            // These commands print little: what they print fits into the pipe, so reading first cannot hang for long.
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new LabException(String.join(" ", command) + " took more than " + TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new LabException(
                        String.join(" ", command) + " ended with code " + process.exitValue() + ": " + text.strip());
            }
            return text;
        } catch (IOException e) {
            throw new LabException("cannot read what " + String.join(" ", command) + " printed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + String.join(" ", command), e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a process, and says what to install when the program is not there. */
    static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            String program = builder.command().get(0);
            String what = PACKAGES.containsKey(program)
                    ? "the command " + program + " is missing; install the package " + PACKAGES.get(program)
                    : "cannot start " + program;
            throw new LabException(what + " (" + e.getMessage() + ")", e);
        }
    }
}
