package io.ha4j;

import io.ha4j.spi.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Groups of this process that are active together or not at all, such as the inner and the outer address of a router
 * ({@link HaGroup.Builder#sync}).
 *
 * <ul>
 *   <li>When one member is in {@link GroupState#FAULT}, all are, with a reason that names it; all listen again when
 *       nothing stands in the way of any.
 *   <li>No member becomes active before every member is started and due to.
 *   <li>When one finds a node that outranks it, all give up.
 *   <li>{@link HaGroup#handOver()}, {@link HaGroup#suspend} and {@link HaGroup#resume()} of one are of all.
 * </ul>
 *
 * <p>The nodes elect for each member on its own, so give all members of a node the same priority: of two nodes that
 * outrank one another on different members, the one that becomes active first stays active. An owner of addresses
 * (priority 255) cannot be a member. {@link HaGroup#close()} of one hands all over; those that found a
 * successor become active no more before it is started again.
 * Thread-safe.
 */
public final class SyncGroup {
    private final String name;
    private final int size;
    private final List<ElectedGroup> members = new CopyOnWriteArrayList<>();
    private @Nullable SyncRules rules; // loop thread only

    private SyncGroup(String name, int size) {
        this.name = Settings.name(name);
        this.size = Settings.atLeast("members", 1, size);
    }

    /**
     * A group for that many members.
     *
     * @param name for messages
     * @throws IllegalArgumentException if the name is blank or there is no member
     */
    public static SyncGroup of(String name, int members) {
        return new SyncGroup(name, members);
    }

    public String name() {
        return name;
    }

    /** @throws IllegalArgumentException if all members are there */
    synchronized void join(ElectedGroup member) {
        if (members.size() == size) {
            throw new IllegalArgumentException("sync group " + name + " must have " + size + " members, but "
                    + member.name() + " would be one more");
        }
        members.add(member);
    }

    void leave(ElectedGroup member) {
        members.remove(member);
    }

    List<ElectedGroup> members() {
        return members;
    }

    /** Loop thread only. */
    SyncRules rules(EventLoop loop) {
        if (rules == null || rules.isEmpty()) {
            rules = new SyncRules(
                    name, size, loop, bound -> ThreadLocalRandom.current().nextLong(bound));
        }
        return rules;
    }
}
