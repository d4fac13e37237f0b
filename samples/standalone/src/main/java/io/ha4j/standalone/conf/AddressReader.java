package io.ha4j.standalone.conf;

import io.ha4j.VirtualAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the lines of {@code virtual_ipaddress}: {@code ADDRESS[/PREFIX] [dev IF] [label L]}. */
final class AddressReader {
    private static final Set<String> UNSUPPORTED = Set.of(
            "use_vmac",
            "peer",
            "home",
            "mngtmpaddr",
            "noprefixroute",
            "autojoin",
            "no_track",
            "preferred_lft",
            "track_group");

    private final Problems problems;
    private final Values values;

    AddressReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    /** The sound ones; empty, and reported, if there is not a single line. */
    @Nullable
    List<VirtualAddress> read(List<Statement> lines) {
        List<VirtualAddress> addresses = new ArrayList<>();
        for (Statement line : lines) {
            if (line.block() != null) {
                problems.error(line.line(), line.text() + " takes no block");
                continue;
            }
            VirtualAddress address = read(line);
            if (address != null) {
                addresses.add(address);
            }
        }
        return addresses.isEmpty() ? null : addresses;
    }

    private @Nullable VirtualAddress read(Statement line) {
        VirtualAddress address = address(line.line(), line.keyword());
        Iterator<String> options = line.arguments().iterator();
        while (options.hasNext()) {
            String option = options.next();
            if (option.equals("-nodad")) {
                problems.warning(
                        line.line(),
                        "-nodad has no effect in ha4j: IPv6 addresses are added without duplicate address detection");
                continue;
            }
            if (UNSUPPORTED.contains(option)) {
                problems.error(line.line(), option + " is not supported by this version of ha4j");
                return null;
            }
            if (!Set.of("dev", "label", "brd", "scope").contains(option)) {
                problems.error(
                        line.line(),
                        "unknown option '" + option + "' of the address " + line.keyword()
                                + (option.matches("[0-9].*") ? "; each address needs a line of its own" : ""));
                return null;
            }
            if (!options.hasNext()) {
                problems.error(line.line(), option + " needs a value");
                return null;
            }
            address = apply(line, address, option, options.next());
        }
        return address;
    }

    private @Nullable VirtualAddress apply(
            Statement line, @Nullable VirtualAddress address, String option, String value) {
        if (option.equals("brd")) {
            problems.warning(line.line(), "brd has no effect in ha4j");
            return address;
        }
        boolean linkLocal = address != null && address.address().isLinkLocalAddress() && !address.isIpv4();
        if (option.equals("scope") && value.equals(linkLocal ? "link" : "global")) {
            return address;
        }
        if (option.equals("scope")) {
            problems.error(
                    line.line(),
                    "scope " + value + " is not supported by this version of ha4j, only "
                            + (linkLocal ? "link is for a link-local address" : "global is"));
            return null;
        }
        if (value.isEmpty() || value.length() > 15) { // IFNAMSIZ - 1, linux/if.h; labels have the same limit
            problems.error(line.line(), option + " must have 1 to 15 characters, but was " + value);
            return null;
        }
        if (address == null || option.equals("dev")) {
            return address == null ? null : address.on(value);
        }
        if (!address.isIpv4()) {
            problems.warning(line.line(), "label has no effect on an IPv6 address");
            return address;
        }
        return address.labelled(value);
    }

    private @Nullable VirtualAddress address(int line, String word) {
        int slash = word.indexOf('/');
        InetAddress address = values.address(line, "virtual address", slash < 0 ? word : word.substring(0, slash));
        if (address == null) {
            return null;
        }
        try {
            return VirtualAddress.of(word);
        } catch (IllegalArgumentException e) {
            problems.error(line, "virtual " + e.getMessage());
            return null;
        }
    }
}
