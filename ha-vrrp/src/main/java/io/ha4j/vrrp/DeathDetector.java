package io.ha4j.vrrp;

import io.ha4j.AddressLease;
import io.ha4j.DeathDetection;
import io.ha4j.DeathDetectionSnapshot;
import io.ha4j.HaException;
import io.ha4j.Peer;
import io.ha4j.spi.EventLoop;
import io.ha4j.spi.Host;
import io.ha4j.spi.IpText;
import io.ha4j.spi.Link;
import io.ha4j.spi.StreamChannel;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fast death detection of one group: on the active node its successors, on a backup its vigil. Loop thread only. */
final class DeathDetector implements DeathPort.Group {
    /** Between two successors; longer than it takes to take over and to be heard. */
    static final long STEP_NS = 50_000_000;

    private static final Logger log = LoggerFactory.getLogger(DeathDetector.class);

    private final String group;
    private final int virtualRouterId;
    private final int port;
    private final SharedSecret secret;
    private final VrrpStateMachine machine;
    private final OwnedAddresses addresses;
    private final EventLoop loop;
    private final DeathPorts ports;
    private final Successors successors = new Successors();
    private final DeathCounters counters = new DeathCounters();
    private final Vigil vigil;

    private @Nullable DeathPort listening; // null while the link cannot be used
    private StreamChannel.@Nullable Place place;
    private String obstacle = "";

    DeathDetector(
            String group,
            int virtualRouterId,
            DeathDetection settings,
            Host host,
            DeathPorts ports,
            VrrpStateMachine machine,
            OwnedAddresses addresses) {
        this.group = group;
        this.virtualRouterId = virtualRouterId;
        this.port = settings.port();
        this.secret = new SharedSecret(settings.secret());
        this.loop = host.eventLoop();
        this.ports = ports;
        this.machine = machine;
        this.addresses = addresses;
        this.vigil = new Vigil(group, host, virtualRouterId, port, secret, counters, this::died);
    }

    /**
     * The link can be used, with this address. A group that cannot listen there goes on without: it notices a death later,
     * which is no reason to be out, but one not to start.
     *
     * @throws HaException if it may throw, and nobody can listen there
     */
    void open(Host host, Link link, InetAddress address, boolean mayThrow) {
        StreamChannel.Place wanted = new StreamChannel.Place(link, address, port);
        try {
            DeathPort acquired = ports.acquire(host, wanted);
            acquired.group(virtualRouterId, this);
            listening = acquired;
            place = wanted;
            obstacle = "";
        } catch (HaException e) {
            if (mayThrow) {
                throw e;
            }
            obstacle = String.valueOf(e.getMessage());
            log.warn("group {}: no death detection: {}", group, obstacle);
        }
    }

    /** The link cannot be used any more, or the group ends. */
    void close() {
        vigil.leave();
        successors.dismissAll();
        place = null;
        DeathPort closing = listening;
        if (closing != null) {
            listening = null;
            closing.group(virtualRouterId, null);
            ports.release(closing);
        }
    }

    void stateChanged(State to) {
        if (to != State.BACKUP) {
            vigil.leave();
        }
        if (to == State.ACTIVE) {
            refresh();
        } else {
            successors.dismissAll();
        }
    }

    /** This node advertises. */
    void heard(Peer peer) {
        if (peer.priority() > 0) {
            vigil.heard(peer.address());
            look();
        }
    }

    /** Watches whom this backup knows as active now, standing as it does now. */
    void look() {
        StreamChannel.Place from = place;
        Peer active = machine.active();
        if (from != null && active != null) {
            boolean eligible = !machine.onlyListens(loop.nanoTime());
            vigil.look(active.address(), from, new Standing(machine.priority(), eligible));
        }
    }

    /** The active node tells its successors what has become of its lease. */
    void refresh() {
        if (machine.state() == State.ACTIVE) {
            successors.silent(isSilenced());
        }
    }

    private boolean isSilenced() {
        return addresses.lease().enforcement() == AddressLease.Enforcement.GUARD;
    }

    private void died(InetAddress active, Succession succession) {
        if (succession.silent() && succession.rank() > 0) {
            machine.activeDied(active, (succession.rank() - 1) * STEP_NS, loop.nanoTime());
        } else {
            log.info(
                    "group {}: the process of the active {} has ended; this node waits nevertheless: {}",
                    group,
                    IpText.of(active),
                    succession.silent() ? "it is no successor" : "that node had no kernel guard");
        }
    }

    @Override
    public SharedSecret secret() {
        return secret;
    }

    @Override
    public void joined(DeathPort.Guest guest, Standing standing) {
        if (machine.state() == State.ACTIVE) {
            successors.joined(guest, standing);
        } else {
            guest.dismiss();
        }
    }

    @Override
    public void stands(DeathPort.Guest guest, Standing standing) {
        successors.stands(guest, standing);
    }

    @Override
    public void left(DeathPort.Guest guest) {
        successors.left(guest);
    }

    DeathDetectionSnapshot snapshot() {
        DeathPort at = listening;
        boolean active = machine.state() == State.ACTIVE;
        InetAddress watched = vigil.watched();
        String remark = active ? remarkOfActive() : remarkOfBackup();
        return new DeathDetectionSnapshot(
                port,
                active ? successors.names() : watched == null ? List.of() : List.of(IpText.of(watched)),
                active ? 0 : vigil.succession().rank(),
                remark.isEmpty(),
                remark,
                counters.plus(at == null ? new DeathCounters() : at.counters()));
    }

    private String remarkOfActive() {
        if (listening == null) {
            return obstacle.isEmpty() ? "not listening" : obstacle;
        } else if (!isSilenced()) {
            return "nobody takes over early, as this node has no kernel guard";
        }
        return successors.ranked() > 0 ? "" : "no backup is connected";
    }

    private String remarkOfBackup() {
        if (machine.state() != State.BACKUP) {
            return "this node is not a backup";
        } else if (vigil.watched() == null) {
            return "not connected: " + (obstacle.isEmpty() ? vigil.obstacle() : obstacle);
        } else if (!vigil.succession().silent()) {
            return "nobody takes over early, as the active node has no kernel guard";
        }
        return vigil.succession().ranked() > 0 ? "" : "the active node has not ranked anybody";
    }
}
