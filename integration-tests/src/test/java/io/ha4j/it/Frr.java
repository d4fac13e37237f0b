package io.ha4j.it;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * FRR's vrrpd and the zebra that it needs, run by hand with files of their own. It wants a macvlan with the virtual MAC
 * address and the virtual address, and sets that up and down. Its IPv6 checksum is wrong (FRR 8.4), so IPv4 only.
 */
final class Frr {
    static final String VRRPD = "/usr/lib/frr/vrrpd";

    private static final String MACVLAN = "vrrp4";

    private final Testbed bed;
    private final LabHost host;
    private final Path directory;
    private LabProcess vrrpd;

    /** Starts both; intervals are multiples of 10 ms. */
    Frr(Testbed bed, LabHost host, int version, int priority, int intervalMillis) {
        this.bed = bed;
        this.host = host;
        directory = bed.file("frr-" + host.name());
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // They drop their privileges to this user, and accept no other.
        host.exec("sh", "-ec", "chmod a+x " + directory.getParent() + "; chown frr:frr " + directory);
        String mac = "00:00:5e:00:01:" + Integer.toHexString(RouterConfig.VRID);
        host.exec(
                "sh",
                "-ec",
                "ip link add " + MACVLAN + " link eth0 address " + mac + " type macvlan mode bridge; ip addr add "
                        + RouterConfig.VIP + "/24 dev " + MACVLAN + "; ip link set " + MACVLAN + " up");
        start("zebra", "");
        Wait.until("zebra's socket", () -> Files.exists(directory.resolve("zserv.api")));
        vrrpd = start("vrrpd", """
                interface eth0
                 vrrp %1$d version %2$d
                 vrrp %1$d priority %3$d
                 vrrp %1$d advertisement-interval %4$d
                 vrrp %1$d ip %5$s
                """.formatted(RouterConfig.VRID, version, priority, intervalMillis, RouterConfig.VIP));
    }

    private LabProcess start(String program, String configuration) {
        Path file = bed.write("frr-" + host.name() + "/" + program + ".conf", configuration);
        return host.start(
                program + "@" + host.name(),
                List.of(
                        "/usr/lib/frr/" + program,
                        "--config_file=" + file,
                        "--pid_file=" + directory.resolve(program + ".pid"),
                        "--vty_socket=" + directory,
                        "--socket=" + directory.resolve("zserv.api"),
                        "--log=stdout",
                        "--log-level=info"),
                line -> {});
    }

    LabHost host() {
        return host;
    }

    /** In an orderly way: it says so with priority 0 when it is active. */
    void stop() {
        vrrpd.terminate();
        vrrpd.waitFor(Wait.LIMIT);
    }
}
