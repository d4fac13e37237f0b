package io.ha4j;

/**
 * A check that a group tracks, at one moment.
 *
 * @param name the check's
 * @param weight what it adds to or takes from the priority; 0 if the group is in {@link GroupState#FAULT} while the
 *     check is down
 * @param reversed whether up and down are exchanged in their effect
 * @param up what the check says
 * @param detail why, as a phrase
 * @param change what it adds to the priority now
 * @param failed whether it keeps the group in {@link GroupState#FAULT} now
 */
public record TrackedCheck(
        String name, int weight, boolean reversed, boolean up, String detail, int change, boolean failed) {}
