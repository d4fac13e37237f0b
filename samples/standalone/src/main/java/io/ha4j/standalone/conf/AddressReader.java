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
            "-nodad",
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
        if (option.equals("scope") && value.equals("global")) {
            return address;
        }
        if (option.equals("scope")) {
            problems.error(line.line(), "scope " + value + " is not supported by this version of ha4j, only global is");
            return null;
        }
        if (value.isEmpty() || value.length() > 15) { // IFNAMSIZ - 1, linux/if.h; labels have the same limit
            problems.error(line.line(), option + " must have 1 to 15 characters, but was " + value);
            return null;
        }
        return address == null ? null : option.equals("dev") ? address.on(value) : address.labelled(value);
    }

    private @Nullable VirtualAddress address(int line, String word) {
        int slash = word.indexOf('/');
        InetAddress address = values.address(line, "virtual address", slash < 0 ? word : word.substring(0, slash));
        if (address == null) {
            return null;
        }
        try {
            VirtualAddress virtual = VirtualAddress.of(word);
            if (!virtual.isIpv4()) {
                problems.error(line, word + ": IPv6 virtual addresses are not supported by this version of ha4j");
                return null;
            }
            return virtual;
        } catch (IllegalArgumentException e) {
            problems.error(line, "virtual " + e.getMessage());
            return null;
        }
    }
}
