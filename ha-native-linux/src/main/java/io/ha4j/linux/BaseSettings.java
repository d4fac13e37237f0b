package io.ha4j.linux;

import io.ha4j.HaException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps interfaces from telling their own hardware address for the addresses on the macvlans above them. Tried out on
 * Linux 6.18, IPv4 only: with arp_ignore 0 the base answers for every address of the node, and with arp_announce below 2
 * it gives the virtual address as sender of its own questions, which hosts learn from. IPv6 does neither.
 *
 * <p>What was there before is put back by the last macvlan above a base, of whatever process, unless somebody has set it
 * anew meanwhile. Loop thread only.
 */
final class BaseSettings {
    private static final Logger log = LoggerFactory.getLogger(BaseSettings.class);
    private static final int ONLY_ADDRESSES_OF_THE_LINK = 1;
    private static final int ALL_BUT_SCOPE_HOST = 3;
    private static final int BEST_ADDRESS_OF_THE_LINK = 2;

    private record Use(int index, Map<Ipv4Setting, Integer> found, int users) {}

    private final LinkMonitor monitor;
    private final Ipv4Settings settings;
    private final Supplier<List<LinkMessage>> marked;
    private final IntPredicate isOwn;
    private final Map<String, Use> uses = new HashMap<>(); // by the name of the base

    /**
     * @param marked the macvlans of ha4j as they are now
     * @param isOwn whether this process has made the macvlan of that index
     */
    BaseSettings(LinkMonitor monitor, Ipv4Settings settings, Supplier<List<LinkMessage>> marked, IntPredicate isOwn) {
        this.monitor = monitor;
        this.settings = settings;
        this.marked = marked;
        this.isOwn = isOwn;
    }

    /** Counts a user, who tells {@link #found} and then calls {@link #apply}. */
    void acquire(String base) {
        Use use = uses.get(base);
        uses.put(base, use == null ? new Use(0, Map.of(), 1) : new Use(use.index, use.found, use.users + 1));
    }

    /**
     * What is, or is going to be, changed of a base, as it was before.
     *
     * @throws HaException if there is no such interface or the kernel does not tell
     */
    Map<Ipv4Setting, Integer> found(String base) {
        LinkMessage link = monitor.require(base);
        Use use = uses.get(base);
        if (use == null || use.index == link.index()) {
            return use == null ? Map.of() : use.found;
        }
        Map<Ipv4Setting, Integer> found = new EnumMap<>(Ipv4Setting.class);
        MacvlanMark other = markOfOthers(base);
        if (other != null) {
            found.putAll(other.found()); // it was first
        }
        Map<Ipv4Setting, Integer> now = settings.read(link);
        wanted(now).keySet().forEach(setting -> found.putIfAbsent(setting, now.get(setting)));
        uses.put(base, new Use(link.index(), found, use.users));
        return found;
    }

    /** @throws HaException if the kernel refuses */
    void apply(String base) {
        LinkMessage link = monitor.require(base);
        settings.write(link, wanted(settings.read(link)));
    }

    private static Map<Ipv4Setting, Integer> wanted(Map<Ipv4Setting, Integer> now) {
        Map<Ipv4Setting, Integer> wanted = new EnumMap<>(Ipv4Setting.class);
        int ignore = now.getOrDefault(Ipv4Setting.ARP_IGNORE, 0);
        if (ignore == 0 || ignore == ALL_BUT_SCOPE_HOST) {
            wanted.put(Ipv4Setting.ARP_IGNORE, ONLY_ADDRESSES_OF_THE_LINK);
        }
        if (now.getOrDefault(Ipv4Setting.ARP_ANNOUNCE, 0) < BEST_ADDRESS_OF_THE_LINK) {
            wanted.put(Ipv4Setting.ARP_ANNOUNCE, BEST_ADDRESS_OF_THE_LINK);
        }
        return wanted;
    }

    /** The last user puts back what was found. Does not throw. */
    void release(String base) {
        Use use = uses.get(base);
        if (use == null) {
            return;
        }
        if (use.users > 1) {
            uses.put(base, new Use(use.index, use.found, use.users - 1));
            return;
        }
        uses.remove(base);
        LinkMessage link = monitor.table().byName(base);
        if (link != null && link.index() == use.index) {
            restore(base, use.found);
        }
    }

    /** Puts back what was found on a base, unless other macvlans above it need it as it is. Does not throw. */
    void restore(String base, Map<Ipv4Setting, Integer> found) {
        LinkMessage link = monitor.table().byName(base);
        if (link == null || found.isEmpty() || uses.containsKey(base) || markOfOthers(base) != null) {
            return;
        }
        try {
            Map<Ipv4Setting, Integer> now = settings.read(link);
            Map<Ipv4Setting, Integer> back = new EnumMap<>(Ipv4Setting.class);
            found.forEach((setting, value) -> {
                int ours = setting == Ipv4Setting.ARP_IGNORE ? ONLY_ADDRESSES_OF_THE_LINK : BEST_ADDRESS_OF_THE_LINK;
                if (now.getOrDefault(setting, value) == ours) {
                    back.put(setting, value);
                } else {
                    log.info("net.ipv4.conf.{}.{} stays as somebody has set it: {}", base, setting, now.get(setting));
                }
            });
            settings.write(link, back);
        } catch (HaException e) {
            log.warn("cannot put the settings of {} back, which were {}: {}", base, found, e.getMessage());
        }
    }

    /** Of a macvlan of ha4j above a base, for which the base was changed, and that this process has not made. */
    private @Nullable MacvlanMark markOfOthers(String base) {
        for (LinkMessage link : marked.get()) {
            MacvlanMark mark = isOwn.test(link.index()) ? null : MacvlanMark.of(link);
            if (mark != null && mark.base().equals(base) && !mark.found().isEmpty()) {
                return mark;
            }
        }
        return null;
    }
}
