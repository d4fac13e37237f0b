package io.ha4j.standalone.conf;

import io.ha4j.VirtualRouter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the {@code ha4j} block of a {@code vrrp_instance}: what keepalived.conf has no words for. */
final class InstanceExtensionReader {
    private static final Duration DRAIN_MAX = Duration.ofHours(1);

    private final Problems problems;
    private final Values values;
    private final DeathDetectionReader deathDetection;
    private @Nullable Statement drainStatement;
    private Duration connectionDrain = Duration.ZERO;
    private boolean kernelGuard = true;
    private @Nullable Statement leaseStatement;
    private @Nullable Duration lease;

    InstanceExtensionReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
        this.deathDetection = new DeathDetectionReader(problems);
    }

    /** Whether the block is sound. */
    boolean read(Statement block) {
        boolean sound = values.nothing(block);
        deathDetection
                .addTo(new Block(block, ExtensionReader.OURS, problems))
                .on("connection_drain", this::readDrain)
                .on("kernel_guard", statement -> kernelGuard = values.flag(statement))
                .on("lease", this::readLease)
                .read();
        return sound && deathDetection.isSound();
    }

    void apply(VirtualRouter.Builder router) {
        deathDetection.apply(router);
        if (lease != null) {
            router.lease(lease);
        }
    }

    private void readLease(Statement statement) {
        leaseStatement = statement;
        lease = values.seconds(statement, false);
    }

    private void readDrain(Statement statement) {
        drainStatement = statement;
        Duration value = values.seconds(statement, Duration.ZERO, DRAIN_MAX);
        connectionDrain = value == null ? connectionDrain : value;
    }

    /** Whether it goes with the rest of the instance, which has been read. */
    boolean check(VirtualMacReader virtualMac, Duration interval) {
        boolean leaseFits = checkLease(interval);
        return checkDrain(virtualMac) && leaseFits;
    }

    private boolean checkLease(Duration interval) {
        if (leaseStatement == null || lease == null) {
            return leaseStatement == null;
        }
        Duration min = interval.multipliedBy(3).dividedBy(2);
        Duration max = interval.multipliedBy(3);
        return values.within(leaseStatement, lease, min, max, ", 1.5 to 3 times advert_int");
    }

    private boolean checkDrain(VirtualMacReader virtualMac) {
        Statement drain = drainStatement;
        if (drain == null || connectionDrain.isZero()) {
            return true;
        }
        String obstacle = !kernelGuard
                ? "kernel_guard off, without which this node would answer meanwhile"
                : virtualMac.refuses() ? "no_accept, with which no connection ends at the addresses" : null;
        if (obstacle != null) {
            problems.error(drain.line(), "connection_drain has no effect with " + obstacle + ": leave one of them out");
        }
        return obstacle == null;
    }

    Duration connectionDrain() {
        return connectionDrain;
    }

    boolean kernelGuard() {
        return kernelGuard;
    }
}
