package io.ha4j;

/** The states of RFC 9568 §6.4, and the one a node is in while it may not take part. */
public enum GroupState {
    /** Not started, or stopped. */
    INITIALIZE,
    /** Another node is active, or this one still listens for it. */
    BACKUP,
    /** This node holds the addresses. */
    ACTIVE,
    /** This node cannot be active: its link is down or something it tracks has failed. */
    FAULT
}
