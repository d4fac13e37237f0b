package io.ha4j.lb;

import io.ha4j.HaException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One address that connections are accepted at. Guarded by {@link Listeners}, except where noted. */
final class Listener {
    private final EventLoops loops;
    private final boolean virtual;
    private final Entrances entrances;
    private InetSocketAddress address;
    private @Nullable Entrance entrance;
    private Future<Void> closing = ImmediateEventExecutor.INSTANCE.newSucceededFuture(null);

    /** Whether users are served through it, which for a virtual address depends on the group. */
    boolean open;

    /** @param virtual whether the address belongs to the group */
    Listener(EventLoops loops, InetSocketAddress address, boolean virtual, Entrances entrances) {
        this.loops = loops;
        this.address = address;
        this.virtual = virtual;
        this.entrances = entrances;
    }

    /** As it was asked for, with the real port once it was bound. */
    InetSocketAddress address() {
        return address;
    }

    boolean isVirtual() {
        return virtual;
    }

    boolean isBound() {
        return entrance != null;
    }

    /**
     * Whether it can be bound while its address is on another machine: {@code IP_FREEBIND}, ip(7). Then a port in use
     * shows at start, and taking over takes no bind.
     */
    boolean bindsEarly() {
        return !virtual || loops.transport().isNative();
    }

    /** Binds and listens; the future's cause is what the kernel said. */
    Future<Void> bind() {
        try {
            Entrance opened = entrances.at(address, virtual && bindsEarly());
            entrance = opened;
            return opened.open();
        } catch (IOException | RuntimeException e) { // no descriptor left
            return ImmediateEventExecutor.INSTANCE.newFailedFuture(e);
        }
    }

    /** The bind was a success: from now on it keeps its port. */
    void bound() {
        InetSocketAddress local = entrance == null ? null : entrance.localAddress();
        if (local != null) {
            address = new InetSocketAddress(address.getAddress(), local.getPort());
        }
    }

    /** As {@link Entrance#begin()}. */
    void begin() {
        if (entrance != null) {
            entrance.begin();
        }
    }

    /** What a successor gets; nothing of a virtual address, which is this process's until the group gives it up. */
    List<FileDescriptor> sockets() {
        return virtual || entrance == null ? List.of() : entrance.sockets();
    }

    /** As {@link Entrance#drops()}. */
    long drops() {
        return entrance == null ? 0 : entrance.drops();
    }

    /** As {@link Entrance#give()}. */
    void give() {
        if (entrance != null) {
            entrance.give();
        }
    }

    /** As {@link Entrance#shut()}. */
    Future<Void> shut() {
        return entrance == null ? closing : entrance.shut();
    }

    /** Stops listening; the future completes when the socket is closed. */
    Future<Void> close() {
        if (entrance != null) {
            closing = entrance.release();
            entrance = null;
        }
        return closing;
    }

    /** Completes when what was bound before is closed. */
    Future<Void> closing() {
        return closing;
    }

    /** {@code cannot listen on 10.0.0.1:80: EADDRINUSE (address already in use)}. */
    HaException failure(Throwable cause) {
        Errno errno = Errno.of(cause);
        String why = errno == null ? Errno.describe(cause) : errno.withText();
        return new HaException("cannot listen on " + HostPort.text(address) + ": " + why, cause);
    }
}
