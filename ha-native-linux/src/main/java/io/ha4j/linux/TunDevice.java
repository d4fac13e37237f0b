package io.ha4j.linux;

import io.ha4j.HaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TUN device that is not persistent: the kernel removes it, and the addresses on it, when its descriptor is closed, and
 * so with the process (Documentation/networking/tuntap). Nobody reads from it or writes to it. Loop thread only.
 */
final class TunDevice implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TunDevice.class);

    private static final String PATH = "/dev/net/tun";
    private static final String NAMES = "ha4j%d"; // the kernel puts the first free number there
    private static final String MARK = "ha4j, goes with its process ";

    private static final int O_RDWR = 2; // asm-generic/fcntl.h
    private static final int O_CLOEXEC = 0x80000;
    private static final long TUNSETIFF = 0x400454caL; // linux/if_tun.h
    private static final short IFF_TUN = 0x1;
    private static final short IFF_NO_PI = 0x1000;
    private static final int IFREQ = 40; // struct ifreq, linux/if.h
    private static final int NAME_LENGTH = 16; // IFNAMSIZ

    private final LinuxSyscalls syscalls;
    private final NetlinkClient client;
    private int fd; // -1 when the keeper has it
    private @Nullable SocketKeeper keeper;
    private int kept;
    private final String name;
    private int index;
    private String slowness = "";

    private TunDevice(LinuxSyscalls syscalls, NetlinkClient client) {
        this.syscalls = syscalls;
        this.client = client;
        int opened = syscalls.open(text(PATH, PATH.length() + 1), O_RDWR | O_CLOEXEC);
        if (opened < 0) {
            throw new KernelException("open(" + PATH + ")", syscalls.errno());
        }
        ByteBuffer request = text(NAMES, IFREQ).putShort(NAME_LENGTH, (short) (IFF_TUN | IFF_NO_PI));
        if (syscalls.ioctl(opened, TUNSETIFF, request) < 0) {
            KernelException refusal = new KernelException("ioctl(" + PATH + ", TUNSETIFF)", syscalls.errno());
            syscalls.close(opened);
            throw refusal;
        }
        fd = opened;
        byte[] given = new byte[NAME_LENGTH];
        request.get(0, given);
        name = new String(given, StandardCharsets.UTF_8).replaceAll("\0.*", "");
    }

    private static ByteBuffer text(String text, int size) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        return buffer.put(text.getBytes(StandardCharsets.UTF_8)).rewind();
    }

    /**
     * Makes one and sets it up, without addresses.
     *
     * @param token tells the devices of this process from those of others
     * @throws HaException if the kernel refuses; nothing has changed
     */
    static TunDevice open(
            LinuxSyscalls syscalls,
            NetlinkClient client,
            LinkMonitor monitor,
            Supplier<SocketKeeper> keeper,
            String token) {
        TunDevice device = new TunDevice(syscalls, client);
        try {
            monitor.poll();
            device.index = monitor.require(device.name).index();
            device.configure(token);
            device.entrust(keeper);
            monitor.poll();
            return device;
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private void configure(String token) {
        NetlinkBatch batch = client.batch();
        MacvlanMessage.withoutIpv6Address(batch, index);
        NetlinkAck unused = client.send(batch).get(0); // refused where there is no IPv6
        batch = client.batch();
        MacvlanMessage.mark(batch, index, MARK + token); // told with the next change
        send(batch, "write on " + name);
        batch = client.batch();
        MacvlanMessage.up(batch, index, true);
        send(batch, "set " + name + " up");
    }

    /** The device goes with the keeper's thread then, and does not wait until the memory is given back. */
    private void entrust(Supplier<SocketKeeper> keepers) {
        try {
            SocketKeeper there = keepers.get();
            kept = there.keep(fd);
            keeper = there;
            syscalls.close(fd);
            fd = -1;
        } catch (HaException e) {
            slowness = SocketKeeper.slowness(e);
        }
    }

    private void send(NetlinkBatch batch, String purpose) {
        NetlinkAck ack = client.send(batch).get(0);
        if (ack.refused()) {
            throw new KernelException(purpose, ack.errno(), ack.detail());
        }
    }

    String name() {
        return name;
    }

    /** What is weaker without a keeper, in words; empty with one. */
    String slowness() {
        return slowness;
    }

    int index() {
        return index;
    }

    /** Whether a process of ha4j has made the link, which therefore lives. */
    static boolean isOne(@Nullable LinkMessage link) {
        return link != null && link.alias().startsWith(MARK);
    }

    /** The kernel removes it, which takes it some milliseconds. */
    @Override
    public void close() {
        if (keeper == null) {
            syscalls.close(fd);
            return;
        }
        try {
            keeper.close(kept);
        } catch (HaException e) {
            log.debug("{}: {}", name, e.getMessage()); // the thread has ended, and the device with it
        }
    }
}
