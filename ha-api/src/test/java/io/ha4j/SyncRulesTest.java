package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.spi.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two groups that belong together; the time is what the test says. */
class SyncRulesTest {
    private static final long LOOK_AGAIN = 20_000_000;

    private final Clock clock = new Clock();
    private final SyncRules rules = new SyncRules("gw", 2, clock, bound -> bound / 2);
    private final Group in = new Group("in");
    private final Group out = new Group("out");

    /** A backup that is due at a time, and becomes active when it may and has heard nobody. */
    private final class Group implements SyncRules.Member {
        final String name;
        final List<String> asked = new ArrayList<>();
        GroupState state = GroupState.BACKUP;

        @Nullable
        String obstacle;

        boolean follows;
        long due = 100;

        @Nullable
        String held;

        Group(String name) {
            this.name = name;
        }

        void isDue() {
            rules.isDue(this, () -> {
                if (state == GroupState.BACKUP && due <= clock.now) {
                    state = GroupState.ACTIVE;
                }
                rules.apply();
            });
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public GroupState state() {
            return state;
        }

        @Override
        public @Nullable String obstacle() {
            return obstacle;
        }

        @Override
        public boolean follows() {
            return follows;
        }

        @Override
        public long dueNanos() {
            return state == GroupState.BACKUP ? due : Long.MAX_VALUE;
        }

        @Override
        public void hold(@Nullable String why) {
            if (Objects.equals(held, why)) {
                return;
            }
            held = why;
            if (why != null) {
                state = GroupState.FAULT;
            } else if (state == GroupState.FAULT && obstacle == null) {
                state = GroupState.BACKUP;
                due = clock.now + 100;
            }
            rules.apply(); // as the event does
        }

        @Override
        public void giveUp(String why) {
            asked.add(why);
            state = GroupState.BACKUP;
            due = clock.now + 100;
        }
    }

    private static final class Clock implements EventLoop, EventLoop.Timer {
        long now;
        long deadline = Long.MAX_VALUE;

        @Nullable
        Runnable onExpiry;

        /** Lets time pass, up to the deadline if one is before. */
        void to(long time) {
            now = time;
            if (deadline <= now && onExpiry != null) {
                deadline = Long.MAX_VALUE;
                onExpiry.run();
            }
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public boolean inEventLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Timer timer(Runnable onExpiry) {
            this.onExpiry = onExpiry;
            return this;
        }

        @Override
        public void arm(long deadlineNanos) {
            deadline = deadlineNanos;
        }

        @Override
        public void cancel() {
            deadline = Long.MAX_VALUE;
        }
    }

    @BeforeEach
    void join() {
        rules.join(in);
        rules.join(out);
    }

    private List<GroupState> states() {
        return List.of(in.state, out.state);
    }

    private void makeActive() {
        clock.to(100);
        in.isDue();
        out.isDue();
        assertThat(states()).containsOnly(GroupState.ACTIVE);
    }

    @Test
    void allBecomeActiveWhenTheLastIsDue() {
        out.due = 150;
        clock.to(100);
        in.isDue();
        assertThat(states()).containsOnly(GroupState.BACKUP);
        clock.to(150);
        out.isDue();
        assertThat(states()).containsOnly(GroupState.ACTIVE);
    }

    @Test
    void nobodyBecomesActiveWhileOneHearsAnotherNode() {
        clock.to(100);
        in.isDue();
        out.due = 400; // heard at this moment
        out.follows = true;
        clock.to(300);
        rules.apply();
        assertThat(states()).containsOnly(GroupState.BACKUP);
    }

    @Test
    void oneThatWasDueAndThenHeardSomebodyIsWaitedFor() {
        clock.to(100);
        in.isDue();
        in.due = 250; // it has heard another node, which then falls silent
        clock.to(150);
        out.isDue();
        assertThat(states()).containsOnly(GroupState.BACKUP);
        clock.to(249);
        rules.apply();
        assertThat(states()).containsOnly(GroupState.BACKUP);
        clock.to(250 + LOOK_AGAIN);
        assertThat(states()).containsOnly(GroupState.ACTIVE);
    }

    @Test
    void nobodyBecomesActiveBeforeAllMembersAreThere() {
        rules.leave(out);
        clock.to(100);
        in.isDue();
        assertThat(in.state).isEqualTo(GroupState.BACKUP);
        rules.join(out);
        out.due = 120;
        clock.to(120);
        out.isDue();
        assertThat(states()).containsOnly(GroupState.ACTIVE);
    }

    @Test
    void whenOneYieldsAllYield() {
        makeActive();
        in.state = GroupState.BACKUP;
        in.due = 400;
        in.follows = true;
        rules.apply();
        assertThat(states()).containsOnly(GroupState.BACKUP);
        assertThat(out.asked).containsExactly("sync group gw: in follows another node");
    }

    /** As long as chance says, so that two nodes do not take turns in taking back. */
    @Test
    void havingYieldedTheyRestBeforeTheyAreActiveAgain() {
        makeActive();
        in.state = GroupState.BACKUP;
        in.due = 400;
        in.follows = true;
        rules.apply();
        clock.to(LOOK_AGAIN); // both are due
        in.isDue();
        out.isDue();
        assertThat(states()).containsOnly(GroupState.BACKUP);
        clock.to(99_999_999);
        assertThat(states()).containsOnly(GroupState.BACKUP);
        clock.to(100_000_100);
        assertThat(states()).containsOnly(GroupState.ACTIVE);
    }

    /** Nobody tells what a member hears, so that has to be looked at. */
    @Test
    void whenOneOfABrokenUpGroupHearsAnotherNodeLaterAllYield() {
        makeActive();
        in.state = GroupState.BACKUP;
        in.due = Long.MAX_VALUE;
        rules.apply();
        assertThat(out.state).isEqualTo(GroupState.ACTIVE);
        in.follows = true;
        clock.to(100 + LOOK_AGAIN);
        assertThat(out.state).isEqualTo(GroupState.BACKUP);
        assertThat(clock.deadline).as("nothing is left to look at").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whenOneIsBrokenAllAreOut() {
        makeActive();
        in.state = GroupState.FAULT;
        in.obstacle = "eth0 is down";
        rules.apply();
        assertThat(states()).containsOnly(GroupState.FAULT);
        assertThat(out.held).isEqualTo("sync group gw: in: eth0 is down");
        assertThat(in.held).as("it has a reason of its own").isNull();
    }

    @Test
    void allListenAgainWhenAllAreSound() {
        makeActive();
        in.state = GroupState.FAULT;
        in.obstacle = "eth0 is down";
        rules.apply();
        out.obstacle = "check disk"; // meanwhile
        in.obstacle = null;
        in.state = GroupState.BACKUP;
        rules.apply();
        assertThat(states()).containsOnly(GroupState.FAULT);
        assertThat(in.held).isEqualTo("sync group gw: out: check disk");
        assertThat(out.held).isNull();
        out.obstacle = null;
        clock.to(200);
        rules.apply();
        assertThat(in.held).isNull();
        out.state = GroupState.BACKUP;
        assertThat(states()).containsOnly(GroupState.BACKUP);
    }

    /** Each is stronger on one segment. Whoever is active first stays: the other is never due on both. */
    @Test
    void differentPrioritiesDoNotMakeThemFlap() {
        makeActive();
        clock.to(500);
        rules.apply(); // what arrives now is weaker: nobody follows another node
        assertThat(states()).containsOnly(GroupState.ACTIVE);
        assertThat(in.asked).isEmpty();
    }

    @Test
    void oneThatJoinsActiveOnesFollowsThemWhenItIsDue() {
        makeActive();
        rules.leave(out);
        assertThat(in.state).isEqualTo(GroupState.ACTIVE);
        Group again = new Group("out");
        again.due = 300;
        rules.join(again);
        rules.apply();
        assertThat(in.state).isEqualTo(GroupState.ACTIVE);
        clock.to(300);
        again.isDue();
        assertThat(again.state).isEqualTo(GroupState.ACTIVE);
        assertThat(in.asked).isEmpty();
    }
}
