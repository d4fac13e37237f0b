package io.ha4j.vrrp.sim;

import io.ha4j.HaException;
import io.ha4j.spi.PacketChannel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** A raw socket on a {@link Lan}. */
final class SimPacketChannel implements PacketChannel {
    private final SimHost host;
    private final Lan lan;
    private final Spec spec;
    private final Receiver receiver;
    private boolean open = true;

    SimPacketChannel(SimHost host, Lan lan, Spec spec, Receiver receiver) {
        this.host = host;
        this.lan = lan;
        this.spec = spec;
        this.receiver = receiver;
        lan.attach(this);
    }

    SimHost host() {
        return host;
    }

    InetAddress source() {
        return spec.source();
    }

    int hopLimit() {
        return spec.hopLimit();
    }

    InetAddress group() {
        return spec.group();
    }

    boolean isIpv6() {
        return spec.source() instanceof Inet6Address;
    }

    @Override
    public void send(ByteBuffer payload) {
        send(payload, spec.group());
    }

    @Override
    public void send(ByteBuffer payload, InetAddress destination) {
        if (!open) {
            throw new IllegalStateException("send on a closed channel of " + host.name());
        }
        if (host.refusesToSend() || !host.linkIsUp()) {
            throw new HaException("sendto: ENETDOWN on " + spec.link().name());
        }
        lan.send(this, payload, destination);
    }

    /** It lies in the socket until the process reads it. */
    void arrive(byte[] payload, InetAddress source, InetAddress destination, int hopLimit) {
        if (open && host.linkIsUp()) {
            host.loop().readable(() -> read(payload, source, destination, hopLimit));
        }
    }

    private void read(byte[] payload, InetAddress source, InetAddress destination, int hopLimit) {
        if (open) {
            lan.read(this, payload, source);
            receiver.received(ByteBuffer.wrap(payload).asReadOnlyBuffer(), source, destination, hopLimit);
        }
    }

    @Override
    public void close() {
        open = false;
        lan.detach(this);
    }
}
