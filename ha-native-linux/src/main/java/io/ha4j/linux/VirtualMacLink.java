package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.VirtualLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A macvlan with the hardware address of a virtual router. It is there as long as its group and up only while the node
 * is active: the network card of a backup does not take what is sent to that address (RFC 9568 §6.4.2), and the other
 * node's advertisements, which come from the same hardware address, reach the base. Loop thread only.
 */
final class VirtualMacLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VirtualMacLink.class);
    private static final long REPAIR_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Path IPV6_SETTINGS = Path.of("/proc/sys/net/ipv6/conf");

    private final VirtualMacLinks all;
    private final LinkMonitor monitor;
    private final LinkLock lock;
    private final VirtualLink spec;
    private final String base;
    private boolean ipv4;
    private Runnable whenDisturbed = () -> {};
    private final EventLoop.Timer repair;
    private final List<Subscription> watches;

    private final Object upOrDown = new Object();
    private volatile boolean wanted; // up; changed under the monitor
    private int index = -1;
    private long repairedNanos;

    /** @throws HaException if the kernel refuses; nothing has changed */
    VirtualMacLink(VirtualMacLinks all, LinkLock lock, VirtualLink spec, String base, boolean ipv4) {
        this.all = all;
        this.monitor = all.monitor();
        this.lock = lock;
        this.spec = spec;
        this.base = base;
        this.ipv4 = ipv4;
        if (ipv4) {
            all.bases().acquire(base);
        }
        try {
            create();
        } catch (RuntimeException e) {
            giveBackSettings();
            throw e;
        }
        repairedNanos = all.loop().nanoTime() - REPAIR_INTERVAL_NANOS;
        repair = all.loop().timer(this::repair);
        watches =
                List.of(monitor.watch(spec.interfaceName(), link -> changed()), monitor.watch(base, link -> changed()));
    }

    /** Is called a little after somebody has removed it or set it down, or the base has come back. */
    void whenDisturbed(Runnable listener) {
        whenDisturbed = listener;
    }

    /**
     * IPv4 addresses may be on it from now on.
     *
     * @throws HaException if the kernel refuses
     */
    void carryIpv4() {
        if (ipv4) {
            return;
        }
        ipv4 = true;
        all.bases().acquire(base);
        LinkMessage made = monitor.table().byIndex(index);
        if (made != null) { // else it is made with that
            NetlinkBatch batch = all.routes().batch();
            MacvlanMessage.mark(batch, index, mark().toString());
            send(all.routes(), batch, "write on " + name());
            all.bases().apply(base);
        }
    }

    private MacvlanMark mark() {
        return new MacvlanMark(base, ipv4 ? all.bases().found(base) : Map.of());
    }

    String name() {
        return spec.interfaceName();
    }

    /** What is written on it comes before what is changed of the base: a crash may follow at any point. */
    private void create() {
        LinkMessage below = monitor.require(base);
        String mark = mark().toString();
        NetlinkBatch batch = all.routes().batch();
        MacvlanMessage.create(batch, below.index(), name(), spec.hardwareAddress(), mark, Files.exists(IPV6_SETTINGS));
        send(all.routes(), batch, "make macvlan " + name() + " on " + base);
        monitor.poll();
        LinkMessage made = monitor.require(name());
        all.made(made.index());
        try {
            configure(made, below);
        } catch (RuntimeException e) {
            delete(all.routes(), made.index());
            throw e;
        }
        index = made.index();
    }

    private void configure(LinkMessage made, LinkMessage below) {
        Map<Ipv4Setting, Integer> settings = new EnumMap<>(Ipv4Setting.class);
        settings.put(Ipv4Setting.ARP_IGNORE, 1); // nothing for the addresses of the base
        settings.put(Ipv4Setting.RP_FILTER, 2); // loose, also where `all` is strict: the way back is by the base
        settings.put(Ipv4Setting.PROMOTE_SECONDARIES, 1);
        int forwarding = all.settings().read(below).getOrDefault(Ipv4Setting.FORWARDING, 0);
        settings.put(Ipv4Setting.FORWARDING, forwarding);
        all.settings().write(made, settings);
        setIpv6("accept_ra", "0"); // the base hears the routers
        copyIpv6Forwarding();
        if (ipv4) {
            all.bases().apply(base);
        }
    }

    private void copyIpv6Forwarding() {
        try {
            Path setting = Path.of(base, "forwarding");
            setIpv6(
                    "forwarding",
                    Files.readString(IPV6_SETTINGS.resolve(setting)).strip());
        } catch (IOException e) {
            log.debug("no IPv6 on {}: {}", base, e.toString());
        }
    }

    /** By the file, for rtnetlink cannot; in memory, so that it does not block. */
    private void setIpv6(String setting, String value) {
        Path file = IPV6_SETTINGS.resolve(name()).resolve(setting);
        try {
            if (Files.exists(file) && !Files.readString(file).strip().equals(value)) {
                Files.writeString(file, value);
            }
        } catch (IOException e) {
            log.warn("cannot set net.ipv6.conf.{}.{} to {}: {}", name(), setting, value, e.toString());
        }
    }

    /** Whether it is there and, as far as that depends on this node, can send. */
    boolean isUp() {
        LinkMessage link = monitor.table().byIndex(index);
        return link != null && (link.flags() & LinkMessage.IFF_UP) != 0;
    }

    /**
     * Sets it up, and makes it anew if somebody has removed it.
     *
     * @throws HaException if the kernel refuses
     */
    void raise() {
        monitor.poll();
        if (monitor.table().byIndex(index) == null) {
            create();
        }
        synchronized (upOrDown) { // waits for the worker only when it is setting this link down just now
            wanted = true;
            NetlinkBatch batch = all.routes().batch();
            MacvlanMessage.up(batch, index, true);
            send(all.routes(), batch, "set " + name() + " up");
        }
        monitor.poll();
    }

    /** Sets it down, soon. */
    void lower() {
        wanted = false;
        int lowered = index;
        all.worker().run(client -> {
            synchronized (upOrDown) {
                if (!wanted) {
                    NetlinkBatch batch = client.batch();
                    MacvlanMessage.up(batch, lowered, false);
                    send(client, batch, "set " + name() + " down");
                }
            }
        });
    }

    private void changed() {
        boolean there = monitor.table().byIndex(index) != null;
        if ((!there && monitor.table().byName(base) != null) || (there && wanted && !isUp())) {
            repair.arm(Math.max(
                    all.loop().nanoTime(), repairedNanos + REPAIR_INTERVAL_NANOS)); // in case somebody means it
        }
    }

    private void repair() {
        repairedNanos = all.loop().nanoTime();
        monitor.poll();
        if (monitor.table().byName(base) == null) {
            return; // and when it is back, changed() is called
        }
        try {
            if (monitor.table().byIndex(index) == null) {
                log.warn("interface {} is gone, making it anew", name());
                create();
            }
            whenDisturbed.run();
        } catch (HaException e) {
            log.warn("cannot make interface {} anew: {}", name(), e.getMessage());
        }
    }

    private static void send(NetlinkClient client, NetlinkBatch batch, String purpose) {
        for (NetlinkAck ack : client.send(batch)) {
            if (ack.refused() && ack.errno() != Errno.ENODEV) {
                throw new KernelException(purpose, ack.errno(), ack.detail());
            }
        }
    }

    private static void delete(NetlinkClient client, int index) {
        if (index >= 0) {
            NetlinkBatch batch = client.batch();
            MacvlanMessage.delete(batch, index);
            send(client, batch, "delete interface " + index);
        }
    }

    private void giveBackSettings() {
        if (ipv4) {
            all.bases().release(base);
        }
        all.removed(name());
    }

    /** It is gone soon; {@link VirtualMacLinks#await} waits for that. */
    @Override
    public void close() {
        repair.cancel();
        watches.forEach(Subscription::close);
        wanted = false;
        giveBackSettings();
        int deleted = index;
        all.worker().run(client -> {
            try (LinkLock unlocked = lock) {
                delete(client, deleted);
            }
        });
    }

    /** Above those of the interface beneath, in the kernel's sense: its routes come first wherever it has one. */
    static final int ROUTE_METRIC = 4096;

    /** Null for links that ha4j has not made. */
    static @Nullable Integer routeMetric(@Nullable LinkMessage link) {
        return link == null || MacvlanMark.of(link) == null ? null : ROUTE_METRIC;
    }
}
