package io.ha4j.lb;

import io.ha4j.Scheduler;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The application's own. */
final class CustomPicker implements Picker {
    private final Scheduler.Choice choice;
    private volatile List<Target> targets = List.of();

    CustomPicker(Scheduler.Choice choice) {
        this.choice = choice;
    }

    @Override
    public void update(List<Target> targets) {
        this.targets = targets;
    }

    @Override
    public @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        List<Target> targets = tried.isEmpty() ? this.targets : RandomPicker.without(this.targets, tried);
        if (targets.isEmpty()) {
            return null;
        }
        Scheduler.Candidate chosen = choice.choose(incoming.client(), targets);
        if (chosen == null) {
            return null;
        }
        if (!(chosen instanceof Target target) || !targets.contains(target)) {
            throw new IllegalStateException("the scheduler must choose one of the candidates, but chose " + chosen);
        }
        target.claim();
        return target;
    }
}
