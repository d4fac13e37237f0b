package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;

/** Something that must hold at every moment. Told of what happens; reports to the {@link Oracle}. */
interface Rule {
    /** A process reads a packet of another host; it acts on it later in the same task. */
    default void read(Member by, Member from, Heard heard) {}

    /** A member sends something; its state is what it was before. */
    default void sent(Member member, Heard advertisement) {}

    /** After the member knows its new state. */
    default void changed(Member member, GroupEvent.StateChanged change) {}

    /** After the member has the new one, and before the process knows. */
    default void priorityChanged(Member member) {}

    /** A process that was frozen or suspended runs again. */
    default void awoke(Member member) {}

    /** It will be asked to stop, now. */
    default void stops(Cohort cohort, Member member) {}

    /** From now on to then nothing happens, except what time does. */
    default void beforeTimePasses(Cohort cohort, long untilNs) {}

    /** The range of times that is the same, for clocks that count nanoseconds and formulas that round. */
    long TOLERANCE_NS = 1_000;
}
