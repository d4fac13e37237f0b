package io.ha4j.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

    /** How a command ended and what it printed, both streams in one, without white space around it. */
    record Result(int code, String output) {}

    /**
     * Returns what it printed.
     *
     * @throws LabException if it is not installed, ends with another code than 0 or takes more than 10 s
     */
    static String run(List<String> command) {
        Result result = attempt(command);
        if (result.code != 0) {
            throw new LabException(
                    String.join(" ", command) + " ended with code " + result.code + ": " + result.output);
        }
        return result.output;
    }

    /** The same for a command that may fail. */
    static Result attempt(List<String> command) {
        String text = String.join(" ", command);
        Process process = start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))));
        // On a thread of its own: a child that outlives the command would hold its output open.
        FutureTask<String> output =
                new FutureTask<>(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Thread reader = new Thread(output, "output of " + command.get(0));
        reader.setDaemon(true);
        reader.start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new LabException(text + " took more than " + TIMEOUT_SECONDS + " s");
            }
            return new Result(
                    process.exitValue(),
                    output.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).strip());
        } catch (ExecutionException | TimeoutException e) {
            throw new LabException("cannot read what " + text + " printed; did it leave a child behind?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + text, e);
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
