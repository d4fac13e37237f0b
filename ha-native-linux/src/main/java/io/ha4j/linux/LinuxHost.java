package io.ha4j.linux;

import io.ha4j.Subscription;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import io.ha4j.spi.StreamChannel;
import io.ha4j.spi.VirtualLink;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One use of the machine; what was opened through it and not closed ends with it. */
final class LinuxHost implements Host {
    private final Machine machine;
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<Resource> opened = new ArrayList<>(); // loop thread only

    LinuxHost(Machine machine, Runnable whenClosed) {
        this.machine = machine;
        this.whenClosed = whenClosed;
    }

    @Override
    public EventLoop eventLoop() {
        return machine.loop();
    }

    @Override
    public Link link(String interfaceName) {
        requireLoopThread();
        LinkMonitor monitor = machine.monitor();
        monitor.poll();
        Link link = monitor.table().link(interfaceName);
        if (link == null) {
            throw monitor.noSuchInterface(interfaceName);
        }
        return link;
    }

    @Override
    public Subscription watchLink(String interfaceName, Consumer<Link> listener) {
        requireLoopThread();
        return opened(machine.monitor().watch(interfaceName, listener));
    }

    @Override
    public PacketChannel openPackets(PacketChannel.Spec spec, PacketChannel.Receiver receiver) {
        requireLoopThread();
        RawIp ip = spec.source() instanceof Inet4Address
                ? new RawIpv4()
                : new RawIpv6(machine.syscalls(), spec.link().index());
        return opened(new RawChannel(machine.syscalls(), machine.loop(), spec, ip, receiver));
    }

    @Override
    public Subscription listen(StreamChannel.Place place, StreamChannel.Acceptor acceptor) {
        requireLoopThread();
        return opened(new StreamListener(
                machine.syscalls(),
                machine.loop(),
                machine.lowDescriptors(),
                machine.guard().ports(),
                machine::keeper,
                place,
                acceptor,
                this::opened));
    }

    @Override
    public StreamChannel connect(StreamChannel.Place from, InetAddress to, int port, StreamChannel.Receiver receiver) {
        requireLoopThread();
        return opened(StreamSocket.connect(machine.syscalls(), machine.loop(), from, to, port, receiver));
    }

    @Override
    public AddressOwner addressOwner(AddressOwner.Spec spec) {
        requireLoopThread();
        AddressOwner owner = owner(spec);
        machine.rehearse(spec);
        return owner;
    }

    private AddressOwner owner(AddressOwner.Spec spec) {
        machine.virtualLinks().removeLeftovers();
        VirtualLink virtual = spec.virtualLink();
        return virtual == null
                ? onTheLink(spec)
                : opened(VirtualMacAddresses.open(spec, virtual, machine.virtualLinks(), this::onTheLink));
    }

    private AddressOwner onTheLink(AddressOwner.Spec spec) {
        return spec.accept()
                ? opened(new LeasedAddresses(spec, machine))
                : opened(UnacceptedAddresses.open(
                        spec, machine.refused(), it -> opened(new LeasedAddresses(it, machine))));
    }

    private <R extends Resource> R opened(R resource) {
        opened.removeIf(earlier -> !earlier.isOpen());
        opened.add(resource);
        return resource;
    }

    private void requireLoopThread() {
        if (!machine.loop().inEventLoop()) {
            throw new IllegalStateException("must be called on the event loop's thread, but was called on "
                    + Thread.currentThread().getName());
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            machine.run(() -> {
                for (int i = opened.size() - 1; i >= 0; i--) {
                    opened.get(i).close();
                }
                opened.clear();
            });
            machine.virtualLinks().await();
            whenClosed.run();
        }
    }
}
