package io.ha4j;

import io.ha4j.spi.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * When groups that belong together may be active: all of them or none. Nobody becomes active before every member is due
 * to; one that hears another active node takes all others back; one that is broken keeps all others out. Loop thread only.
 */
final class SyncRules {
    /** One group, as the rules see it. */
    interface Member {
        String name();

        GroupState state();

        /** What keeps it from being active, apart from the other members; null if nothing does. */
        @Nullable
        String obstacle();

        /** Whether it is a backup of a node that it hears and would not preempt. */
        boolean follows();

        /** When a backup would become active if it were alone; of others it has no meaning. */
        long dueNanos();

        /** Keeps it out, or no longer if null. */
        void hold(@Nullable String why);

        /** It is to be a backup again at once. Without effect if it is not active. */
        void giveUp(String why);
    }

    // What a member hears is not told. It matters only while some are active and some not, or some wait for others.
    private static final long LOOK_AGAIN_NS = 20_000_000;

    // Two nodes that have taken each other's members back would do so again and again if they were equally fast.
    private static final long REST_MAX_NS = 200_000_000;

    private final String name;
    private final int size;
    private final EventLoop loop;
    private final EventLoop.Timer timer;
    private final List<Member> members = new ArrayList<>();
    private final Map<Member, Runnable> waiting = new LinkedHashMap<>(); // for all to be due
    private final LongUnaryOperator random;
    private long restUntilNs;
    private boolean applying;
    private boolean again; // something has changed while the rules were being applied

    /**
     * @param size how many members there are when it is complete
     * @param random gives a number of 0 or more that is less than its argument
     */
    SyncRules(String name, int size, EventLoop loop, LongUnaryOperator random) {
        this.name = name;
        this.size = size;
        this.loop = loop;
        this.timer = loop.timer(this::apply);
        this.random = random;
        this.restUntilNs = loop.nanoTime();
    }

    void join(Member member) {
        members.add(member);
    }

    /** The others stay as they are: whoever closes one closes them all, and each hands over. */
    void leave(Member member) {
        members.remove(member);
        waiting.remove(member);
        if (members.isEmpty()) {
            timer.cancel();
        }
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** The member is due to become active and does so when it is told, unless it has heard another node meanwhile. */
    void isDue(Member member, Runnable whenReady) {
        waiting.put(member, whenReady);
        apply();
    }

    /** To be called after whatever may have changed a member; what that changes calls it again. */
    void apply() {
        again = true;
        if (applying) {
            return;
        }
        applying = true;
        try {
            while (again) {
                again = false;
                applyOnce();
            }
        } finally {
            applying = false;
        }
        boolean mixed = anyActive() && members.stream().anyMatch(member -> member.state() == GroupState.BACKUP);
        if (mixed || !waiting.isEmpty()) {
            long nowNs = loop.nanoTime();
            long restNs = restUntilNs - nowNs;
            timer.arm(nowNs + (restNs > 0 ? Math.min(restNs, LOOK_AGAIN_NS) : LOOK_AGAIN_NS));
        } else {
            timer.cancel();
        }
    }

    private void applyOnce() {
        Member broken = members.stream()
                .filter(member -> member.obstacle() != null)
                .findFirst()
                .orElse(null);
        String why = broken == null ? null : "sync group " + name + ": " + broken.name() + ": " + broken.obstacle();
        for (Member member : members) {
            member.hold(member.obstacle() == null ? why : null); // it has a reason of its own
        }
        if (broken == null && !takeBack()) {
            go();
        }
    }

    /** Whether some are active while another one follows a node that is active there: then they yield. */
    private boolean takeBack() {
        Member follower = members.stream()
                .filter(member -> member.state() == GroupState.BACKUP
                        && member.follows()
                        && member.dueNanos() - loop.nanoTime() > 0)
                .findFirst()
                .orElse(null);
        if (follower == null || !anyActive()) {
            return false;
        }
        restUntilNs = loop.nanoTime() + random.applyAsLong(REST_MAX_NS);
        for (Member member : List.copyOf(members)) {
            if (member.state() == GroupState.ACTIVE) {
                member.giveUp("sync group " + name + ": " + follower.name() + " follows another node");
            }
        }
        return true;
    }

    private boolean anyActive() {
        return members.stream().anyMatch(member -> member.state() == GroupState.ACTIVE);
    }

    private void go() {
        if (waiting.isEmpty() || members.size() < size || restUntilNs - loop.nanoTime() > 0) {
            return;
        }
        for (Member member : members) {
            if (member.state() != GroupState.ACTIVE && !(waiting.containsKey(member) && isDue(member))) {
                return;
            }
        }
        List<Runnable> ready = List.copyOf(waiting.values());
        waiting.clear();
        ready.forEach(Runnable::run);
    }

    private boolean isDue(Member member) {
        return member.state() == GroupState.BACKUP && member.dueNanos() - loop.nanoTime() <= 0;
    }
}
