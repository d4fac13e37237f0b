package io.ha4j.standalone.conf;

import io.ha4j.VirtualMac;
import io.ha4j.VirtualRouter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a {@code vrrp_instance} says of its MAC address, and whether it accepts packets to its addresses. */
final class VirtualMacReader {
    private final Problems problems;
    private final Values values;
    private @Nullable Statement useVmac;
    private @Nullable Statement xmitBase;
    private @Nullable Statement accept;
    private @Nullable Statement noAccept;
    private @Nullable String name;
    private boolean sound = true;

    VirtualMacReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    /** Whether this node takes no packets to its addresses. */
    boolean refuses() {
        return noAccept != null;
    }

    Block addTo(Block instance) {
        return instance.on("use_vmac", this::readUseVmac)
                .on("vmac_xmit_base", statement -> {
                    xmitBase = statement;
                    sound &= values.nothing(statement);
                })
                .on("accept", statement -> {
                    accept = statement;
                    sound &= values.nothing(statement);
                })
                .on("no_accept", statement -> {
                    noAccept = statement;
                    sound &= values.nothing(statement);
                })
                .on(
                        "use_vmac_addr",
                        statement -> wrong(
                                statement,
                                "use_vmac_addr is not supported: addresses with a dev of their own stay on that interface, with"
                                        + " its MAC address"))
                .on(
                        "use_ipvlan",
                        statement -> wrong(
                                statement,
                                "use_ipvlan is not supported: an ipvlan has the MAC address of the interface beneath; leave it"
                                        + " out, or write use_vmac for a MAC address that moves"));
    }

    /** {@code use_vmac [NAME] [MAC_ADDRESS]}. */
    private void readUseVmac(Statement statement) {
        useVmac = statement;
        List<String> arguments = statement.arguments();
        if (arguments.size() > 1 || (arguments.size() == 1 && arguments.get(0).contains(":"))) {
            wrong(
                    statement,
                    "use_vmac takes the name of an interface or nothing: the MAC address is that of RFC 9568 §7.3,"
                            + " 00-00-5E-00-01-{virtual_router_id}, over IPv6 00-00-5E-00-02-{virtual_router_id}");
            return;
        }
        name = arguments.isEmpty() ? null : arguments.get(0);
        try {
            VirtualMac unused = new VirtualMac(name, true);
        } catch (IllegalArgumentException e) {
            wrong(statement, "use_vmac: " + e.getMessage());
        }
    }

    private void wrong(Statement statement, String message) {
        sound = false;
        problems.error(statement.line(), message);
    }

    /** Whether it could be read; asked after the block was. */
    boolean check(boolean unicast) {
        if (noAccept != null && accept != null) {
            wrong(noAccept, "no_accept contradicts accept of line " + accept.line());
        }
        if (xmitBase != null && useVmac == null) {
            problems.warning(xmitBase.line(), "vmac_xmit_base without use_vmac has no effect");
        }
        if (useVmac != null && xmitBase == null && unicast) { // keepalived, too, sets it then and says so
            problems.warning(
                    useVmac.line(),
                    "unicast advertisements do not leave from the virtual MAC address: write vmac_xmit_base, too");
        }
        return sound;
    }

    void apply(VirtualRouter.Builder router) {
        router.acceptMode(noAccept == null);
        if (useVmac != null) {
            router.virtualMac(new VirtualMac(name, xmitBase == null));
        }
    }
}
