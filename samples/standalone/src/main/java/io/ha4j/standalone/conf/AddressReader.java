package io.ha4j.standalone.conf;

import io.ha4j.VirtualAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the lines of {@code virtual_ipaddress} and {@code virtual_ipaddress_excluded}: an address and its options. */
final class AddressReader {
    /** iproute2's names of scopes (/etc/iproute2/rt_scopes). */
    static final Map<String, Integer> SCOPES = Map.of(
            "global",
            VirtualAddress.GLOBAL,
            "site",
            VirtualAddress.SITE,
            "link",
            VirtualAddress.LINK,
            "host",
            VirtualAddress.HOST,
            "nowhere",
            255);

    private static final Set<String> WITH_VALUE = Set.of("dev", "label", "brd", "scope", "preferred_lft");
    private static final Set<String> WITHOUT_VALUE = Set.of("home", "noprefixroute", "-nodad", "no_track");
    private static final Set<String> UNSUPPORTED = Set.of("use_vmac", "peer", "mngtmpaddr", "autojoin", "track_group");

    private final Problems problems;
    private final Values values;

    AddressReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    /** The sound ones; null, and reported, if there is not a single line. */
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
            if (!isKnown(line, option)) {
                return null;
            }
            String value = "";
            if (WITH_VALUE.contains(option)) {
                if (!options.hasNext()) {
                    problems.error(line.line(), option + " needs a value");
                    return null;
                }
                value = options.next();
            }
            if (address != null) {
                address = apply(line, address, option, value);
            }
        }
        return address;
    }

    private boolean isKnown(Statement line, String option) {
        if (UNSUPPORTED.contains(option)) {
            problems.error(line.line(), option + " is not supported by this version of ha4j");
            return false;
        }
        if (!WITH_VALUE.contains(option) && !WITHOUT_VALUE.contains(option)) {
            problems.error(
                    line.line(),
                    "unknown option '" + option + "' of the address " + line.keyword()
                            + (option.matches("[0-9].*") ? "; each address needs a line of its own" : ""));
            return false;
        }
        return true;
    }

    private @Nullable VirtualAddress apply(Statement line, VirtualAddress address, String option, String value) {
        return switch (option) {
            case "dev" -> isName(line, option, value) ? address.on(value) : null;
            case "label" -> {
                if (!isName(line, option, value)) {
                    yield null;
                }
                yield address.isIpv4() ? address.labelled(value) : withoutEffectOnIpv6(line, address, option);
            }
            case "scope" -> scope(line, address, value);
            case "brd" -> broadcast(line, address, value);
            case "noprefixroute" -> address.prefixRoute(false);
            case "home" -> address.isIpv4() ? onIpv6Only(line, option) : address.home(true);
            case "preferred_lft" -> preferred(line, address, value);
            case "-nodad" -> {
                problems.warning(
                        line.line(),
                        "-nodad has no effect in ha4j: IPv6 addresses are added without duplicate address detection");
                yield address;
            }
            default -> {
                problems.warning(
                        line.line(),
                        "no_track has no effect in ha4j: an address that somebody removes is put back, and the state "
                                + "does not change");
                yield address;
            }
        };
    }

    private boolean isName(Statement line, String option, String value) {
        if (value.isEmpty() || value.length() > 15) { // IFNAMSIZ - 1, linux/if.h; labels have the same limit
            problems.error(line.line(), option + " must have 1 to 15 characters, but was " + value);
            return false;
        }
        return true;
    }

    private VirtualAddress withoutEffectOnIpv6(Statement line, VirtualAddress address, String option) {
        problems.warning(line.line(), option + " has no effect on an IPv6 address");
        return address;
    }

    private @Nullable VirtualAddress onIpv6Only(Statement line, String option) {
        problems.error(
                line.line(), option + " is for IPv6 addresses only, but " + line.keyword() + " is an IPv4 address");
        return null;
    }

    private @Nullable VirtualAddress scope(Statement line, VirtualAddress address, String value) {
        Integer scope = scope(problems, line.line(), value);
        if (scope == null) {
            return null;
        }
        if (address.isIpv4()) {
            return address.scope(scope);
        }
        int own = address.address().isLinkLocalAddress() ? VirtualAddress.LINK : VirtualAddress.GLOBAL;
        return scope == own ? address : withoutEffectOnIpv6(line, address, "scope " + value);
    }

    /** By name or number; null, and reported, if it is neither. */
    static @Nullable Integer scope(Problems problems, int line, String value) {
        Integer scope = SCOPES.get(value);
        if (scope == null && value.matches("[0-9]{1,3}") && Integer.parseInt(value) <= 255) {
            scope = Integer.valueOf(value);
        }
        if (scope == null) {
            problems.error(
                    line, "scope must be global, site, link, host, nowhere or a number in [0, 255], but was " + value);
        }
        return scope;
    }

    private @Nullable VirtualAddress broadcast(Statement line, VirtualAddress address, String value) {
        try {
            return address.broadcast(value);
        } catch (IllegalArgumentException e) {
            problems.error(line.line(), "brd: " + e.getMessage());
            return null;
        }
    }

    private @Nullable VirtualAddress preferred(Statement line, VirtualAddress address, String value) {
        if (address.isIpv4()) {
            return onIpv6Only(line, "preferred_lft");
        }
        if (!value.equals("0") && !value.equals("forever")) {
            problems.error(
                    line.line(),
                    "preferred_lft must be 0 or forever, but was " + value
                            + ": ha4j renews the lifetimes of its addresses all the time");
            return null;
        }
        return address.deprecated(value.equals("0"));
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
