package io.ha4j.vrrp.sim;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.spi.StreamChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connections of a {@link Lan}: what is lost on the way is sent again, what overtakes waits, and the kernels close
 * what a dead process leaves and refuse for it.
 */
final class SimStreams {
    private static final long RETRANSMISSION_NS = 200_000_000;
    private static final int ATTEMPTS = 50;

    private record Place(InetAddress address, int port) {}

    private final VirtualTime time;
    private final Lan.Wire wire;
    private final Map<InetAddress, SimHost> machines = new HashMap<>(); // the present process of each
    private final Map<Place, Listener> listeners = new HashMap<>();
    private final List<Side> sides = new ArrayList<>();

    SimStreams(VirtualTime time, Lan.Wire wire) {
        this.time = time;
        this.wire = wire;
    }

    void add(SimHost host, List<InetAddress> addresses) {
        addresses.forEach(address -> machines.put(address, host));
    }

    Subscription listen(SimHost host, StreamChannel.Place at, StreamChannel.Acceptor acceptor) {
        Place place = new Place(at.address(), at.port());
        if (listeners.containsKey(place)) {
            throw new HaException("bind: EADDRINUSE");
        }
        Listener listener = new Listener(host, acceptor);
        listeners.put(place, listener);
        return () -> listeners.remove(place, listener);
    }

    StreamChannel connect(
            SimHost host, StreamChannel.Place from, InetAddress to, int port, StreamChannel.Receiver receiver) {
        Side client = new Side(host, to, receiver);
        SimHost machine = machines.get(to);
        if (machine != null) {
            transmit(host, machine, client, ATTEMPTS, () -> synArrives(client, from, new Place(to, port)));
        }
        return client;
    }

    private void synArrives(Side client, StreamChannel.Place from, Place place) {
        SimHost machine = machines.get(place.address);
        Listener listener = listeners.get(place);
        if (machine == null || !client.open) {
            return;
        }
        if (listener == null) {
            transmit(machine, client.host, client, ATTEMPTS, () -> client.over(StreamChannel.End.REFUSED));
            return;
        }
        Side server = new Side(listener.host, from.address(), null);
        server.other = client;
        client.other = server;
        listener.host.loop().readable(() -> {
            if (server.open) {
                server.receiver = listener.acceptor.accepted(server);
                if (server.receiver == null) {
                    server.close();
                }
            }
        });
    }

    /** The process of this host has ended. */
    void crashed(SimHost host) {
        listeners.values().removeIf(listener -> listener.host == host);
        for (Side end : List.copyOf(sides)) {
            if (end.host == host) {
                end.close();
            }
        }
    }

    /** Somebody on the way breaks every connection. */
    void resetAll() {
        for (Side end : List.copyOf(sides)) {
            if (end.other != null) {
                end.over(StreamChannel.End.RESET);
            }
        }
    }

    private void transmit(SimHost from, SimHost to, Side order, int attempts, Runnable arrival) {
        boolean[] carried = new boolean[1];
        wire.carry(from, to, delayNs -> {
            if (!carried[0]) { // a duplicate is known by its number
                carried[0] = true;
                long atNs = Math.max(time.nowNs() + delayNs, order.arrivedNs);
                order.arrivedNs = atNs;
                time.at(atNs, () -> {
                    if (to.linkIsUp() && !to.loop().isSuspended()) {
                        arrival.run();
                    } else {
                        again(from, to, order, attempts, arrival);
                    }
                });
            }
        });
        if (!carried[0]) {
            again(from, to, order, attempts, arrival);
        }
    }

    private void again(SimHost from, SimHost to, Side order, int attempts, Runnable arrival) {
        if (attempts > 0) {
            time.at(time.nowNs() + RETRANSMISSION_NS, () -> transmit(from, to, order, attempts - 1, arrival));
        }
    }

    private record Listener(SimHost host, StreamChannel.Acceptor acceptor) {}

    private final class Side implements StreamChannel {
        private final SimHost host;
        private final InetAddress remote;
        private @Nullable Receiver receiver;
        private @Nullable Side other;
        private boolean open = true;
        private long arrivedNs; // the last of what this one has sent

        private Side(SimHost host, InetAddress remote, @Nullable Receiver receiver) {
            this.host = host;
            this.remote = remote;
            this.receiver = receiver;
            sides.add(this);
        }

        @Override
        public InetAddress remote() {
            return remote;
        }

        @Override
        public void send(ByteBuffer bytes) {
            Side to = other;
            if (!open || to == null) {
                throw new HaException("sendto: EPIPE");
            }
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            transmit(host, to.host, this, ATTEMPTS, () -> to.host.loop().readable(() -> to.read(copy)));
        }

        private void read(byte[] bytes) {
            if (open && receiver != null) {
                receiver.received(ByteBuffer.wrap(bytes));
            }
        }

        /** The process learns it, if it lives. */
        private void over(StreamChannel.End how) {
            host.loop().readable(() -> {
                if (open) {
                    open = false;
                    sides.remove(this);
                    if (receiver != null) {
                        receiver.ended(how, how.toString());
                    }
                }
            });
        }

        @Override
        public void close() {
            Side to = other;
            if (open) {
                open = false;
                sides.remove(this);
                if (to != null) {
                    transmit(host, to.host, this, ATTEMPTS, () -> to.over(StreamChannel.End.FINISHED));
                }
            }
        }
    }
}
