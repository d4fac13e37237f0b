package io.ha4j.vrrp.sim;

import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Nodes on one segment that stand for the same virtual router. All chance comes from the seed. */
final class Cluster {
    static final List<VirtualAddress> ADDRESSES = List.of(VirtualAddress.of("10.77.0.100/24"));

    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final Lan lan;
    private final List<SimNode> nodes = new ArrayList<>();

    Cluster(long seed) {
        random = new Random(seed);
        lan = new Lan(time, random);
    }

    VirtualTime time() {
        return time;
    }

    Lan lan() {
        return lan;
    }

    Random random() {
        return random;
    }

    /** All that ever were, in the order of their start. */
    List<SimNode> nodes() {
        return nodes;
    }

    /** Starts a node on a new host 10.77.0.N. */
    SimNode start(int host, VirtualRouter router) {
        return start(host(host), router);
    }

    SimNode start(SimHost host, VirtualRouter router) {
        SimNode node = new SimNode(host, time, router, ADDRESSES);
        nodes.add(node);
        return node;
    }

    /** A new machine, whose clock began somewhere. */
    SimHost host(int number) {
        return new SimHost("node" + number, lan, time, random.nextLong(), address(number));
    }

    void run(Duration duration) {
        time.run(duration);
    }

    /** How long it took. */
    Duration runUntil(BooleanSupplier condition, Duration limit) {
        Duration took = time.runUntil(condition, limit);
        if (!condition.getAsBoolean()) {
            throw new AssertionError("not within " + limit + ": " + nodes);
        }
        return took;
    }

    List<SimNode> actives() {
        return nodes.stream().filter(SimNode::isActive).toList();
    }

    /** Who answers for the addresses, dead or alive. */
    List<SimNode> answering() {
        return nodes.stream().filter(node -> node.owner().answers()).toList();
    }

    static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 77, 0, (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static VirtualRouter.Builder router(int priority) {
        return VirtualRouter.on(SimHost.INTERFACE)
                .id(51)
                .priority(priority)
                .advertisementInterval(Duration.ofMillis(100));
    }
}
