package io.ha4j.vrrp;

import io.ha4j.GroupState;

/** The states of RFC 9568 §6.4, and two of ours: see {@link VrrpStateMachine}. */
enum State {
    INITIALIZE(GroupState.INITIALIZE),
    BACKUP(GroupState.BACKUP),
    ACTIVE(GroupState.ACTIVE),
    /** Has sent priority 0 and waits for a successor; to the outside still active, as it still holds the addresses. */
    HANDING_OVER(GroupState.ACTIVE),
    FAULT(GroupState.FAULT);

    private final GroupState shown;

    State(GroupState shown) {
        this.shown = shown;
    }

    GroupState shown() {
        return shown;
    }
}
