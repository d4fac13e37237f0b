package io.ha4j.standalone.conf;

import io.ha4j.VirtualRouter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what says when a node takes over from an active one: {@code priority}, {@code state}, {@code preempt},
 * {@code nopreempt} and {@code preempt_delay} of a {@code vrrp_instance}. The initial state matters in keepalived only
 * to a node of priority 255; here it is checked and then forgotten.
 */
final class PreemptionReader {
    private static final int OWNER = 255;
    private static final Duration DELAY_MAX = Duration.ofSeconds(1000); // as in keepalived

    private final Problems problems;
    private final Values values;
    private int priority = 100;
    private Duration delay = Duration.ZERO;
    private @Nullable Statement state;
    private @Nullable Statement preempt;
    private @Nullable Statement nopreempt;
    private @Nullable Statement delayed;
    private boolean sound = true;

    PreemptionReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    Block on(Block block) {
        return block.on("state", statement -> {
                    values.choice(statement, List.of("MASTER", "BACKUP"));
                    state = statement;
                })
                .on("priority", this::readPriority)
                .on("preempt", statement -> preempt = values.nothing(statement) ? statement : null)
                .on("nopreempt", statement -> nopreempt = values.nothing(statement) ? statement : null)
                .on("preempt_delay", this::readDelay);
    }

    private void readPriority(Statement statement) {
        Integer value = values.integer(statement, 1, OWNER);
        priority = value == null ? priority : value;
        sound &= value != null;
    }

    private void readDelay(Statement statement) {
        Duration value = values.seconds(statement, Duration.ZERO, DELAY_MAX);
        delay = value == null ? delay : value;
        delayed = statement;
        sound &= value != null;
    }

    /** When the block has been read; whether all is well, else it has been reported. */
    boolean check() {
        Statement patient = nopreempt;
        if (patient != null && preempt != null) {
            problems.error(preempt.line(), "preempt contradicts nopreempt of line " + patient.line());
        }
        if (isOwner()) {
            withoutEffectForOwner(nopreempt);
            withoutEffectForOwner(delayed);
            return sound;
        }
        if (patient != null && delayed != null) {
            problems.warning(delayed.line(), "preempt_delay has no effect with nopreempt of line " + patient.line());
        }
        contradictsMaster(nopreempt);
        contradictsMaster(delayed);
        return sound;
    }

    private boolean isOwner() {
        return priority == OWNER;
    }

    private void withoutEffectForOwner(@Nullable Statement statement) {
        if (statement != null) {
            problems.warning(
                    statement.line(),
                    statement.keyword() + " has no effect with priority 255: the owner of an address always takes it");
        }
    }

    /** keepalived clears the wish then, and the node preempts against the will of whoever wrote this. */
    private void contradictsMaster(@Nullable Statement statement) {
        Statement initial = state;
        if (statement != null && initial != null && initial.arguments().equals(List.of("MASTER"))) {
            problems.error(
                    statement.line(),
                    statement.keyword() + " does not work with state MASTER of line " + initial.line()
                            + ": write state BACKUP");
        }
    }

    void apply(VirtualRouter.Builder router) {
        boolean preempts = nopreempt == null || isOwner();
        router.priority(priority).preempt(preempts).preemptDelay(preempts && !isOwner() ? delay : Duration.ZERO);
    }
}
