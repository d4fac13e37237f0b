package io.ha4j.linux;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What ha4j writes on its macvlans, where it survives a crash and {@code ip link} shows it: {@code ha4j virtual MAC on
 * eth0, found arp_ignore=0 arp_announce=0}.
 *
 * @param base the interface beneath
 * @param found settings of the base that ha4j has changed, as it found them
 */
record MacvlanMark(String base, Map<Ipv4Setting, Integer> found) {
    private static final Pattern TEXT = Pattern.compile("ha4j virtual MAC on ([^ ,]+)(?:, found (.*))?");
    private static final Pattern SETTING = Pattern.compile("(\\w+)=(\\d{1,9})");

    MacvlanMark {
        found = Map.copyOf(found);
    }

    /** Null if ha4j has not made the link. */
    static @Nullable MacvlanMark of(LinkMessage link) {
        Matcher text = TEXT.matcher(link.alias());
        if (!text.matches()) {
            return null;
        }
        Map<Ipv4Setting, Integer> found = new EnumMap<>(Ipv4Setting.class);
        Matcher setting = SETTING.matcher(text.group(2) == null ? "" : text.group(2));
        while (setting.find()) {
            for (Ipv4Setting known : Ipv4Setting.values()) {
                if (known.toString().equals(setting.group(1))) {
                    found.put(known, Integer.valueOf(setting.group(2)));
                }
            }
        }
        return new MacvlanMark(text.group(1), found);
    }

    @Override
    public String toString() {
        return "ha4j virtual MAC on " + base
                + (found.isEmpty()
                        ? ""
                        : found.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(setting -> setting.getKey() + "=" + setting.getValue())
                                .collect(Collectors.joining(" ", ", found ", "")));
    }
}
