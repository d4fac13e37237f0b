package io.ha4j.lb;

import io.ha4j.Backend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sends every datagram back. */
final class UdpServer implements AutoCloseable {
    final DatagramSocket socket;
    final AtomicLong received = new AtomicLong();
    final Set<Object> sources = ConcurrentHashMap.newKeySet();
    private final boolean answers;

    UdpServer(String address) throws IOException {
        this(address, true);
    }

    UdpServer(String address, boolean answers) throws IOException {
        this.answers = answers;
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), 0));
        Thread thread = new Thread(this::serve, "udp-server");
        thread.setDaemon(true);
        thread.start();
    }

    Backend backend() {
        return Backend.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            while (true) {
                packet.setLength(65_536);
                socket.receive(packet);
                sources.add(packet.getSocketAddress());
                received.incrementAndGet();
                if (answers) {
                    socket.send(packet);
                }
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
