package io.ha4j.vrrp.sim;

import io.ha4j.Subscription;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import io.ha4j.spi.PacketChannel;
import io.ha4j.spi.StreamChannel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One group's use of a machine: what was opened through it ends with it. */
final class SimUse implements Host {
    private final SimHost host;
    private final List<PacketChannel> channels = new ArrayList<>();
    private final List<Subscription> watches = new ArrayList<>();

    SimUse(SimHost host) {
        this.host = host;
    }

    @Override
    public EventLoop eventLoop() {
        return host.loop();
    }

    @Override
    public Link link(String interfaceName) {
        return host.link(interfaceName);
    }

    @Override
    public Subscription watchLink(String interfaceName, Consumer<Link> listener) {
        Subscription watch = host.watchLink(listener);
        watches.add(watch);
        return watch;
    }

    @Override
    public PacketChannel openPackets(PacketChannel.Spec spec, PacketChannel.Receiver receiver) {
        PacketChannel channel = host.openPackets(spec, receiver);
        channels.add(channel);
        return channel;
    }

    @Override
    public Subscription listen(StreamChannel.Place place, StreamChannel.Acceptor acceptor) {
        return host.streams().listen(host, place, acceptor);
    }

    @Override
    public StreamChannel connect(StreamChannel.Place from, InetAddress to, int port, StreamChannel.Receiver receiver) {
        return host.streams().connect(host, from, to, port, receiver);
    }

    @Override
    public AddressOwner addressOwner(AddressOwner.Spec spec) {
        return host.addressOwner(spec);
    }

    @Override
    public void close() {
        channels.forEach(PacketChannel::close);
        watches.forEach(Subscription::close);
    }
}
