package io.ha4j.vrrp.sim;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A machine, as one of its interfaces sees it: eth0, and others where it has others. They share the loop. */
final class SimHost {
    static final String INTERFACE = "eth0";

    private final int number;
    private final String name;
    private final String interfaceName;
    private final Lan lan;
    private final VirtualTime time;
    private final SimLoop loop;
    private final List<Consumer<Link>> watchers = new ArrayList<>();
    private final List<SimPacketChannel> channels = new ArrayList<>();

    private Link link;
    private int island;
    private boolean refusesToSend;
    private boolean refusesToOpen;
    private boolean refusesAddresses;

    SimHost(String name, Lan lan, VirtualTime time, long clockOriginNs, InetAddress address) {
        this(0, name, INTERFACE, lan, time, new SimLoop(time, clockOriginNs), List.of(address));
    }

    SimHost(
            int number,
            String name,
            String interfaceName,
            Lan lan,
            VirtualTime time,
            SimLoop loop,
            List<InetAddress> addresses) {
        this.number = number;
        this.name = name;
        this.interfaceName = interfaceName;
        this.lan = lan;
        this.time = time;
        this.loop = loop;
        this.link = new Link(interfaceName, 2, true, "02:00:00:00:00:01", addresses);
        lan.streams().add(this, addresses);
    }

    /** Whatever its maker counts machines with. */
    int number() {
        return number;
    }

    String name() {
        return name;
    }

    /** As a group gets it. */
    SimUse use() {
        return new SimUse(this);
    }

    SimLoop loop() {
        return loop;
    }

    boolean linkIsUp() {
        return link.up();
    }

    int island() {
        return island;
    }

    /** Hosts on different islands do not hear each other. */
    void moveTo(int island) {
        this.island = island;
    }

    void linkUp(boolean up) {
        change(new Link(link.name(), link.index(), up, link.hardwareAddress(), link.addresses()));
    }

    void addresses(InetAddress... addresses) {
        change(new Link(link.name(), link.index(), link.up(), link.hardwareAddress(), List.of(addresses)));
    }

    private void change(Link changed) {
        link = changed;
        loop.execute(() -> List.copyOf(watchers).forEach(watcher -> watcher.accept(changed)));
    }

    void refuseToSend(boolean refuse) {
        refusesToSend = refuse;
    }

    boolean refusesToSend() {
        return refusesToSend;
    }

    void refuseToOpen(boolean refuse) {
        refusesToOpen = refuse;
    }

    void refuseAddresses(boolean refuse) {
        refusesAddresses = refuse;
    }

    boolean refusesAddresses() {
        return refusesAddresses;
    }

    /** The process ends without a word; the kernel closes its sockets and keeps its addresses for their lease. */
    void crash() {
        loop.crash();
        channels.forEach(SimPacketChannel::close);
        lan.streams().crashed(this);
    }

    int watchers() {
        return watchers.size();
    }

    Link link(String interfaceName) {
        if (!interfaceName.equals(this.interfaceName)) {
            throw new HaException("no interface " + interfaceName);
        }
        return link;
    }

    Subscription watchLink(Consumer<Link> listener) {
        watchers.add(listener);
        return () -> watchers.remove(listener);
    }

    PacketChannel openPackets(PacketChannel.Spec spec, PacketChannel.Receiver receiver) {
        if (refusesToOpen) {
            throw new HaException("socket: EMFILE");
        }
        SimPacketChannel channel = new SimPacketChannel(this, lan, spec, receiver);
        channels.add(channel);
        return channel;
    }

    SimStreams streams() {
        return lan.streams();
    }

    SimAddressOwner addressOwner(AddressOwner.Spec spec) {
        return new SimAddressOwner(this, time, spec);
    }
}
