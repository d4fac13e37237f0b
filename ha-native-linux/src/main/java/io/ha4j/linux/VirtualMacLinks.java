package io.ha4j.linux;

import static java.util.Objects.requireNonNull;

import io.ha4j.HaException;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.VirtualLink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The macvlans of this process, and what remains of those of processes that were killed. Loop thread only. */
final class VirtualMacLinks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VirtualMacLinks.class);

    private final LinuxSyscalls syscalls;
    private final EventLoop loop;
    private final LinkMonitor monitor;
    private final NetlinkClient routes;
    private final Ipv4Settings settings;
    private final BaseSettings bases;
    private final Map<String, String> groups = new HashMap<>(); // by the name of their macvlan
    private final Set<Integer> made = new HashSet<>(); // their indexes, also of those that are gone
    private volatile @Nullable LinkWorker worker;
    private boolean leftoversRemoved;

    VirtualMacLinks(LinuxSyscalls syscalls, EventLoop loop, LinkMonitor monitor, NetlinkClient routes) {
        this.syscalls = syscalls;
        this.loop = loop;
        this.monitor = monitor;
        this.routes = routes;
        settings = new Ipv4Settings(routes);
        bases = new BaseSettings(monitor, settings, this::marked, made::contains);
    }

    /** The macvlans of ha4j: asked for, because the kernel does not tell of what is written on a link that is down. */
    private List<LinkMessage> marked() {
        List<LinkMessage> found = new ArrayList<>();
        routes.dump(LinkMessage.RTM_GETLINK, new byte[LinkMessage.HEADER], found::clear, (header, body) -> {
            LinkMessage link = header.type() == LinkMessage.RTM_NEWLINK ? LinkMessage.parse(body) : null;
            if (link != null && MacvlanMark.of(link) != null) {
                found.add(link);
            }
        });
        return found;
    }

    /** Deletes the macvlans of dead processes and puts back what they have changed; once. Does not throw. */
    void removeLeftovers() {
        if (leftoversRemoved) {
            return;
        }
        leftoversRemoved = true;
        try {
            for (LinkMessage link : marked()) {
                removeLeftover(link, requireNonNull(MacvlanMark.of(link)));
            }
        } catch (HaException e) {
            log.warn("cannot look for what an earlier run has left: {}", e.getMessage());
        }
    }

    private void removeLeftover(LinkMessage link, MacvlanMark mark) {
        try (LinkLock lock = LinkLock.tryAcquire(syscalls, link.name())) {
            if (lock == null) {
                return; // it lives
            }
            delete(link, mark);
        } catch (HaException e) {
            log.warn("cannot remove what an earlier run has left: {}", e.getMessage());
        }
    }

    private void delete(LinkMessage link, MacvlanMark mark) {
        NetlinkBatch batch = routes.batch();
        MacvlanMessage.delete(batch, link.index());
        NetlinkAck ack = routes.send(batch).get(0);
        if (ack.refused() && ack.errno() != Errno.ENODEV) {
            throw new KernelException("delete interface " + link.name(), ack.errno(), ack.detail());
        }
        monitor.poll();
        bases.restore(mark.base(), mark.found());
        log.info("removed interface {}, which an earlier run has left ({})", link.name(), mark);
    }

    /** Of a process that died since this one began; its lock is ours now. */
    private void removeLeftover(String name) {
        if (monitor.table().byName(name) != null) {
            for (LinkMessage link : marked()) {
                if (link.name().equals(name) && !made.contains(link.index())) {
                    delete(link, requireNonNull(MacvlanMark.of(link)));
                }
            }
        }
    }

    /**
     * Makes a macvlan; it is down.
     *
     * @param ipv4 whether it is to carry IPv4 addresses
     * @throws HaException if the kernel refuses, or there is an interface of that name; nothing has changed
     */
    VirtualMacLink open(String group, VirtualLink spec, String base, boolean ipv4) {
        String name = spec.interfaceName();
        worker().await();
        monitor.poll();
        String owner = groups.putIfAbsent(name, group);
        if (owner != null) {
            throw new HaException("interface " + name + " of group " + group + " belongs to group " + owner
                    + " of this process already");
        }
        LinkLock lock = null;
        try {
            lock = LinkLock.tryAcquire(syscalls, name);
            if (lock == null) {
                throw new HaException("interface " + name + " of group " + group
                        + " belongs to another process of ha4j: stop that, or choose another name");
            }
            removeLeftover(name);
            if (monitor.table().byName(name) != null) {
                throw new HaException("an interface named " + name
                        + " is on this machine already and was not made by ha4j: remove it (ip link del " + name
                        + ") or choose another name");
            }
            return new VirtualMacLink(this, lock, spec, base, ipv4);
        } catch (RuntimeException e) {
            groups.remove(name);
            if (lock != null) {
                lock.close();
            }
            throw e;
        }
    }

    void made(int index) {
        made.add(index);
    }

    /** When it has given back what else it used. */
    void removed(String name) {
        groups.remove(name);
    }

    EventLoop loop() {
        return loop;
    }

    LinkMonitor monitor() {
        return monitor;
    }

    NetlinkClient routes() {
        return routes;
    }

    Ipv4Settings settings() {
        return settings;
    }

    BaseSettings bases() {
        return bases;
    }

    LinkWorker worker() {
        LinkWorker opened = worker;
        if (opened == null) {
            opened = new LinkWorker(
                    new NetlinkClient(syscalls, NetlinkClient.NETLINK_ROUTE, "rtnetlink, slow requests"), "ha4j-links");
            worker = opened;
        }
        return opened;
    }

    /** Waits until what was closed is gone. Any thread. */
    void await() {
        LinkWorker opened = worker;
        if (opened != null) {
            opened.await();
        }
    }

    @Override
    public void close() {
        LinkWorker opened = worker;
        if (opened != null) {
            opened.close();
            worker = null;
        }
    }
}
