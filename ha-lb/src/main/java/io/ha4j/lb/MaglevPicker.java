package io.ha4j.lb;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** By the client's address, such that few clients move when a backend comes or goes. */
final class MaglevPicker implements Picker {
    private static final MaglevTable.Test ANY = target -> true;

    private final MaglevTable table;

    /** @param executor makes the table */
    MaglevPicker(Executor executor) {
        table = new MaglevTable(executor);
    }

    @Override
    public void update(List<Target> targets) {
        table.update(targets);
    }

    @Override
    public @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        long hash = AddressHash.of(incoming.client().getAddress());
        Target target = table.find(hash, tried.isEmpty() ? ANY : other -> !tried.contains(other));
        if (target != null) {
            target.claim();
        }
        return target;
    }
}
