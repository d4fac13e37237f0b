package io.ha4j;

import io.ha4j.spi.Candidacy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One group in the eyes of the rules of its sync group. */
record SyncMember(String name, Supplier<GroupState> stateNow, Candidacy candidacy, Tracking tracking)
        implements SyncRules.Member {
    @Override
    public GroupState state() {
        return stateNow.get();
    }

    @Override
    public @Nullable String obstacle() {
        String own = tracking.obstacle();
        return own == null ? candidacy.obstacle() : own;
    }

    @Override
    public boolean follows() {
        return candidacy.follows();
    }

    @Override
    public long dueNanos() {
        return candidacy.dueNanos();
    }

    @Override
    public void hold(@Nullable String why) {
        tracking.hold(why);
    }

    @Override
    public void giveUp(String why) {
        candidacy.giveUp(why);
    }
}
