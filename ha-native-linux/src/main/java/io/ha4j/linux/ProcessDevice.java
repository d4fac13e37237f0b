package io.ha4j.linux;

import io.ha4j.HaException;
import io.ha4j.spi.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device for the addresses that are to end with this process: one for all groups, made when one asks for it, made
 * again when somebody has removed it, closed with the machine. Nothing happens to the addresses when somebody sets it
 * down: the kernel keeps its routes to them. Loop thread only.
 */
final class ProcessDevice implements AutoCloseable {
    /** System property; {@code off} makes none. */
    static final String SWITCH = "ha4j.tun";

    private static final Logger log = LoggerFactory.getLogger(ProcessDevice.class);
    private static final long REPAIR_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LinuxSyscalls syscalls;
    private final EventLoop loop;
    private final NetlinkClient client;
    private final LinkMonitor monitor;
    private final Supplier<SocketKeeper> keeper;
    private final String token;
    private @Nullable TunDevice device;
    private String obstacle = "";
    private long openedNanos;

    /** @param token tells the devices of this process from those of others */
    ProcessDevice(
            LinuxSyscalls syscalls,
            EventLoop loop,
            NetlinkClient client,
            LinkMonitor monitor,
            Supplier<SocketKeeper> keeper,
            String token) {
        this.syscalls = syscalls;
        this.loop = loop;
        this.client = client;
        this.monitor = monitor;
        this.keeper = keeper;
        this.token = token;
        openedNanos = loop.nanoTime() - REPAIR_INTERVAL_NANOS;
    }

    /** Makes it if it is not there. Returns why it cannot be had; empty if it is there and {@link #name()} is valid. */
    String require() {
        if (isOff()) {
            return "switched off (" + SWITCH + "=off)";
        }
        TunDevice made = device;
        if (made != null && monitor.table().byIndex(made.index()) != null) {
            return "";
        }
        if (loop.nanoTime() - openedNanos < REPAIR_INTERVAL_NANOS) { // in case somebody means it
            return made == null ? obstacle : "somebody has removed " + made.name();
        }
        if (made != null) {
            log.warn("interface {} is gone, making another one", made.name());
        }
        close();
        open();
        return obstacle;
    }

    static boolean isOff() {
        return "off".equals(System.getProperty(SWITCH));
    }

    private void open() {
        openedNanos = loop.nanoTime();
        try {
            device = TunDevice.open(syscalls, client, monitor, keeper, token);
            obstacle = "";
        } catch (HaException e) {
            obstacle = String.valueOf(e.getMessage());
        }
    }

    /** Its name; "" if it never was there. */
    String name() {
        return device == null ? "" : device.name();
    }

    /** What is weaker than it could be, in words; empty for nothing. */
    String slowness() {
        return device == null ? "" : device.slowness();
    }

    /** Whether another living process has made the link. */
    boolean isOfOthers(@Nullable LinkMessage link) {
        return link != null && TunDevice.isOne(link) && (device == null || device.index() != link.index());
    }

    @Override
    public void close() {
        if (device != null) {
            device.close();
            device = null;
        }
    }
}
