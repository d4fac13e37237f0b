package io.ha4j;

import io.ha4j.spi.RiseFall;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a command and waits for its end, or makes an end of it. */
final class ScriptProbe implements Probe {
    private static final File NOTHING = new File("/dev/null");
    private static final long KILL_WAIT_MILLIS = 500; // a killed process ends at once, unless the kernel holds it

    private final ScriptCheck check;
    private final RiseFall riseFall;
    private @Nullable ProcessTree running; // guarded by this
    private boolean cancelled; // guarded by this

    ScriptProbe(ScriptCheck check) {
        this.check = check;
        this.riseFall = new RiseFall(check.rise(), check.fall());
    }

    @Override
    public Reading look() throws InterruptedException {
        ProcessTree before = running();
        if (before != null && before.root().isAlive()) { // in an uninterruptible sleep: a dead disk or file server
            return outcome(false, "still there after it was killed");
        }
        try {
            ProcessTree tree = start();
            return tree == null ? Reading.NONE : await(tree);
        } catch (IOException e) {
            return outcome(false, "cannot be run: " + e.getMessage());
        }
    }

    private synchronized @Nullable ProcessTree running() {
        return running;
    }

    private synchronized @Nullable ProcessTree start() throws IOException {
        if (cancelled) {
            return null;
        }
        String mark = UUID.randomUUID().toString();
        ProcessBuilder builder = new ProcessBuilder(check.command())
                .redirectInput(Redirect.from(NOTHING))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD); // no pipe that a child could keep open, or that could fill
        builder.environment().put(ProcessTree.MARK, mark);
        running = new ProcessTree(builder.start(), mark);
        return running;
    }

    private Reading await(ProcessTree tree) throws InterruptedException {
        Process process = tree.root();
        if (process.waitFor(check.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
            return ended(process.exitValue());
        }
        tree.kill();
        boolean gone = process.waitFor(KILL_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        return outcome(
                false, "no end within " + Text.seconds(check.timeout()) + (gone ? ", killed" : ", not to be killed"));
    }

    private Reading ended(int code) {
        String what = "exit code " + code;
        if (!check.weightByExitCode() || code < 2) {
            return outcome(code == 0, what);
        }
        Reading reading = outcome(true, what);
        return new Reading(reading.up(), null, reading.detail(), code - 2);
    }

    @Override
    public Duration pause() {
        return riseFall.isInDoubt() ? check.retryInterval() : check.interval();
    }

    private Reading outcome(boolean success, String what) {
        boolean up = riseFall.outcome(success);
        return new Reading(up, null, what + riseFall.progress());
    }

    @Override
    public void cancel() {
        ProcessTree tree;
        synchronized (this) {
            cancelled = true;
            tree = running;
        }
        if (tree != null && tree.root().isAlive()) {
            tree.kill();
        }
    }
}
