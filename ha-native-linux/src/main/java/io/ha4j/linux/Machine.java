package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.SignOfLife;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop and the sockets that all groups of a process share. */
final class Machine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Machine.class);
    private static final long CALL_LIMIT_SECONDS = 5;

    private final LinuxSyscalls syscalls;
    private final EpollEventLoop loop;
    private final AddressClaims claims = new AddressClaims();
    private final NetlinkClient routes;
    private final LinkMonitor monitor;
    private final Announcer announcer;
    private final AnnouncementQueue announcements;
    private final AddressRenewals renewals;
    private final LowDescriptors lowDescriptors;
    private final VipGuard guard;
    private final VirtualMacLinks virtualLinks;
    private final RefusedAddresses refused;
    private final RouteLeftovers routeLeftovers;
    private final ConnectionCounter connections;
    private final ProcessDevice processDevice;
    private boolean rehearsed; // loop thread only, as what follows
    private @Nullable SocketKeeper keeper;

    /** Loop thread only: the sockets belong to the network namespace of the thread that opens them. */
    private Machine(LinuxSyscalls syscalls, EpollEventLoop loop) {
        this.syscalls = syscalls;
        this.loop = loop;
        routes = new NetlinkClient(syscalls, NetlinkClient.NETLINK_ROUTE, "rtnetlink");
        try {
            lowDescriptors = new LowDescriptors(syscalls);
        } catch (RuntimeException e) {
            routes.close();
            throw e;
        }
        try {
            announcer = new Announcer(syscalls);
            try {
                monitor = new LinkMonitor(syscalls, loop, routes, claims::isOurs);
            } catch (RuntimeException e) {
                announcer.close();
                throw e;
            }
        } catch (RuntimeException e) {
            lowDescriptors.close();
            routes.close();
            throw e;
        }
        announcements = new AnnouncementQueue(loop, monitor, announcer);
        renewals = new AddressRenewals(loop, routes);
        guard = new VipGuard(syscalls, loop, monitor, routes, this::keeper, lowDescriptors.highest());
        virtualLinks = new VirtualMacLinks(syscalls, loop, monitor, routes);
        String token =
                ProcessHandle.current().pid() + "_" + Integer.toHexString(new SecureRandom().nextInt() | 1 << 31);
        refused = new RefusedAddresses(syscalls, token);
        processDevice = new ProcessDevice(syscalls, loop, routes, monitor, this::keeper, token);
        routeLeftovers = new RouteLeftovers(syscalls, guard, routes);
        connections = new ConnectionCounter(syscalls, loop);
    }

    /**
     * Starts the loop and opens the sockets on it.
     *
     * @param before the loop's first task; the tests enter a network namespace there
     * @throws HaException if the kernel refuses; nothing stays open
     */
    static Machine open(LinuxSyscalls syscalls, Runnable before) {
        EpollEventLoop loop = new EpollEventLoop(syscalls, "ha4j-loop");
        CompletableFuture<Machine> opened = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                before.run();
                loop.begin();
                opened.complete(new Machine(syscalls, loop));
            } catch (RuntimeException | Error e) {
                opened.completeExceptionally(e);
            }
        });
        try {
            return opened.get();
        } catch (ExecutionException e) {
            loop.close();
            throw e.getCause() instanceof HaException cause
                    ? cause
                    : new HaException("the event loop did not start: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            CompletableFuture<Void> unused = opened.thenAccept(Machine::close); // whenever it is there
            Thread.currentThread().interrupt();
            throw new HaException("interrupted while the event loop started", e);
        }
    }

    /**
     * Takes and releases no addresses at all, once: what a take-over needs is loaded and linked then, and not when
     * somebody waits for it. Loop thread only.
     */
    void rehearse(AddressOwner.Spec spec) {
        if (rehearsed) {
            return;
        }
        rehearsed = true;
        try (LeasedAddresses nothing = new LeasedAddresses(nothing(spec), this)) {
            nothing.take();
            nothing.renew();
            nothing.announce();
        } catch (HaException e) {
            log.debug("rehearsal: {}", e.getMessage());
        }
    }

    /** The same without addresses or routes, by signs of life that nobody sends: virtual router ids begin with 1. */
    private static AddressOwner.Spec nothing(AddressOwner.Spec spec) {
        return new AddressOwner.Spec(spec.group(), spec.interfaceName(), List.of(), spec.lease())
                .toBuilder()
                        .signOfLife(nobodys(spec.signOfLife()))
                        .announcements(spec.announcements())
                        .guarded(spec.guarded())
                        .build();
    }

    private static @Nullable SignOfLife nobodys(@Nullable SignOfLife sign) {
        return sign == null
                ? null
                : new SignOfLife(
                        sign.interfaceName(), sign.ipv6(), sign.protocol(), sign.idOffset(), 0, sign.activeOffset());
    }

    LinuxSyscalls syscalls() {
        return syscalls;
    }

    EpollEventLoop loop() {
        return loop;
    }

    AddressClaims claims() {
        return claims;
    }

    NetlinkClient routes() {
        return routes;
    }

    LinkMonitor monitor() {
        return monitor;
    }

    AnnouncementQueue announcements() {
        return announcements;
    }

    RouteLeftovers routeLeftovers() {
        return routeLeftovers;
    }

    AddressRenewals renewals() {
        return renewals;
    }

    /**
     * For sockets that are to end at once when the process dies.
     *
     * @throws HaException if the kernel has no such thing, or refuses it
     */
    SocketKeeper keeper() {
        SocketKeeper there = keeper;
        if (there == null) {
            there = SocketKeeper.start(syscalls);
            keeper = there;
        }
        return there;
    }

    LowDescriptors lowDescriptors() {
        return lowDescriptors;
    }

    VipGuard guard() {
        return guard;
    }

    VirtualMacLinks virtualLinks() {
        return virtualLinks;
    }

    ConnectionCounter connections() {
        return connections;
    }

    ProcessDevice processDevice() {
        return processDevice;
    }

    RefusedAddresses refused() {
        return refused;
    }

    /** Runs a task on the loop and waits for its end, for a bounded time. Any thread. */
    void run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                try {
                    task.run();
                } finally {
                    done.complete(null);
                }
            });
            done.get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("the loop has ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the task runs all the same
        } catch (ExecutionException | TimeoutException e) {
            log.error("the event loop did not answer within {} s", CALL_LIMIT_SECONDS, e);
        }
    }

    /** Closes the sockets and ends the thread. Any thread. */
    @Override
    public void close() {
        run(() -> {
            announcements.close();
            guard.close();
            virtualLinks.close();
            refused.close();
            processDevice.close();
            connections.close();
            monitor.close();
            announcer.close();
            routes.close();
            lowDescriptors.close();
            if (keeper != null) {
                keeper.close();
            }
        });
        loop.close();
    }
}
