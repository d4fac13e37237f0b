package io.ha4j.lb;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By the JDK's selector. */
final class NioUdpSocket implements UdpSocket {
    private static final Logger log = LoggerFactory.getLogger(NioUdpSocket.class);

    private final IoEventLoop loop;
    private final DatagramChannel channel;
    private final ByteBuffer buffer;
    private @Nullable IoRegistration registration;

    /** @param address of the family that it is for */
    NioUdpSocket(IoEventLoop loop, InetAddress address, ByteBuffer buffer) throws IOException {
        this.loop = loop;
        this.buffer = buffer;
        channel = DatagramChannel.open(
                address instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        channel.configureBlocking(false);
    }

    @Override
    public void setFreeBind() {
        throw new UnsupportedOperationException("IP_FREEBIND");
    }

    @Override
    public void bind(InetSocketAddress address) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, LISTENER_BUFFER);
        channel.bind(address);
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void setReuseAddress(boolean reuse) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, reuse);
    }

    @Override
    public void bindTo(Origin origin) throws IOException {
        InetAddress address = origin.address();
        if (address == null) {
            return;
        }
        try {
            channel.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            throw Origin.unbound(address, e);
        }
    }

    @Override
    public void connect(InetSocketAddress address) throws IOException {
        channel.connect(address);
    }

    @Override
    public void begin(Owner owner) {
        IoRegistration added = requireNonNull(loop.register(new NioSelectableChannelIoHandle<>(channel) {
                    @Override
                    protected void handle(DatagramChannel ready, SelectionKey key) {
                        read(owner);
                    }
                })
                .getNow()); // at once, in the loop's own thread
        registration = added;
        added.submit(NioIoOps.READ);
    }

    @Override
    public long drops() {
        return 0;
    }

    @Override
    public void pause() {
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    public @Nullable FileDescriptor descriptor() {
        return null;
    }

    private void read(Owner owner) {
        try {
            for (int i = 0; i < MAX_READS && channel.isOpen(); i++) {
                buffer.clear();
                InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
                if (from == null) {
                    return;
                }
                owner.received(buffer.position(), from);
            }
        } catch (IOException e) { // is told once
            owner.failed(e);
        } catch (RuntimeException | LinkageError e) {
            log.error("relaying a datagram failed on {}", channel, e);
        }
    }

    @Override
    public boolean send(int length) throws IOException {
        if (length == 0) { // the JDK (17) sends no empty datagram through a connected channel, and does not say so
            return false;
        }
        ByteBuffer datagram = datagram(length);
        channel.write(datagram);
        return !datagram.hasRemaining();
    }

    @Override
    public boolean send(int length, InetSocketAddress to) throws IOException {
        ByteBuffer datagram = datagram(length);
        channel.send(datagram, to);
        return !datagram.hasRemaining();
    }

    private ByteBuffer datagram(int length) {
        return buffer.duplicate().clear().limit(length);
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.cancel();
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("close of {}: {}", channel, Errno.describe(e));
        }
    }
}
