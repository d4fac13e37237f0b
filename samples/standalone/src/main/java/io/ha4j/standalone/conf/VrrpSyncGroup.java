package io.ha4j.standalone.conf;

import java.util.List;

/**
 * A checked {@code vrrp_sync_group}.
 *
 * @param members the names of its instances
 */
public record VrrpSyncGroup(String name, List<String> members) {
    public VrrpSyncGroup {
        members = List.copyOf(members);
    }
}
