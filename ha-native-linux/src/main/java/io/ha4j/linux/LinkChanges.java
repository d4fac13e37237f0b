package io.ha4j.linux;

import io.ha4j.Subscription;
import io.ha4j.spi.Link;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What happens to the links that carry the addresses of one group, and to these. Loop thread only. */
final class LinkChanges {
    private final LinkMonitor monitor;
    private final Consumer<String> whenUp;
    private final Subscription removals;
    private final Map<String, Subscription> watches = new HashMap<>();
    private final Set<String> down = new HashSet<>();

    /**
     * @param removed told of every address that goes, of whatever link
     * @param whenUp told the name of a link that came back
     */
    LinkChanges(LinkMonitor monitor, Consumer<AddressMessage> removed, Consumer<String> whenUp) {
        this.monitor = monitor;
        this.whenUp = whenUp;
        removals = monitor.watchRemovals(removed);
    }

    /** From now on these. */
    void follow(Set<String> names) {
        watches.entrySet().removeIf(entry -> {
            if (names.contains(entry.getKey())) {
                return false;
            }
            entry.getValue().close();
            down.remove(entry.getKey());
            return true;
        });
        for (String name : names) {
            if (!watches.containsKey(name)) {
                LinkMessage now = monitor.table().byName(name);
                if (now == null || !now.up()) {
                    down.add(name);
                }
                watches.put(name, monitor.watch(name, this::changed));
            }
        }
    }

    private void changed(Link link) {
        if (!link.up()) {
            down.add(link.name());
        } else if (down.remove(link.name())) {
            whenUp.accept(link.name());
        }
    }

    void close() {
        removals.close();
        watches.values().forEach(Subscription::close);
        watches.clear();
    }
}
