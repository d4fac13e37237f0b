package io.ha4j;

import java.util.List;
import java.util.Map;

/**
 * Fast death detection of a group at one moment.
 *
 * @param peers who is connected and knows the secret, as text: of the active node its backups, the designated successor
 *     first; of a backup the active node, or nobody
 * @param rank of a backup: 1 for the designated successor, 2 for the one after it; 0 on the active node, and while this node
 *     would not take over early
 * @param effective whether the death of the active node would be noticed, and its successor take over, at once
 * @param remark why not; empty when it is effective
 * @param counters of what happened on the port and to the group's own connection, by name, in a stable order
 */
public record DeathDetectionSnapshot(
        int port, List<String> peers, int rank, boolean effective, String remark, Map<String, Long> counters) {
    public DeathDetectionSnapshot {
        peers = List.copyOf(peers);
    }
}
