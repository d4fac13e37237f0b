package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Election by advertisements on the local network: one virtual router of RFC 9568 (version 3) or RFC 3768 (version 2),
 * as keepalived and hardware routers speak it. All nodes of a group use the same interface network, id, version and
 * interval; the highest priority that is heard becomes active.
 *
 * @param interfaceName the interface that advertisements use
 * @param id the virtual router id (VRID), in [1, 255], unique on the network segment
 * @param version the protocol version, 2 or 3
 * @param priority in [1, 255]; the higher one wins. 255 is for the owner of the addresses: it is active as soon as it
 *     runs (RFC 9568 §1.6, IP Address Owner), and an address that is on the node by itself is never removed from it
 * @param advertisementInterval time between two advertisements; version 3: [10 ms, 40.95 s] in steps of 10 ms;
 *     version 2: [1 s, 255 s] in whole seconds
 * @param lease how long this node may answer after its last advertisement, in [1.5, 3] intervals. A frozen node is silent
 *     when it ends; a successor waits for longer than 3 intervals. Below 2 intervals and 100 ms (of 200 ms or more, else
 *     2.5 intervals) it may end before the successor speaks in a planned hand-over
 * @param preempt whether this node, when its priority is higher, takes over from an active node; an owner always does
 * @param preemptDelay how long after it began to listen, or after what kept it out was over, a node leaves a lower one
 *     active before it preempts; in [0, 1000 s]
 * @param startupDelay how long after its start a node only listens, for a port that does not forward yet; in [0, 1000 s]
 * @param acceptMode whether the node, when active, accepts packets to the addresses (RFC 9568 §6.1, Accept_Mode);
 *     without it, it only forwards
 * @param virtualMac null for the interface's own MAC address
 * @param checksum of the advertisements sent over IPv4 with version 3
 * @param sourceAddress the address that advertisements are sent from; null for the primary one of the interface, over
 *     IPv6 its link-local one
 * @param unicast null for multicast
 * @param password version 2 only; null for no authentication
 * @param deathDetection null for none
 */
public record VirtualRouter(
        String interfaceName,
        int id,
        int version,
        int priority,
        Duration advertisementInterval,
        Duration lease,
        boolean preempt,
        Duration preemptDelay,
        Duration startupDelay,
        boolean acceptMode,
        @Nullable VirtualMac virtualMac,
        ChecksumForm checksum,
        @Nullable InetAddress sourceAddress,
        @Nullable Unicast unicast,
        @Nullable SimplePassword password,
        @Nullable DeathDetection deathDetection)
        implements Election {

    private static final Duration CENTISECOND = Duration.ofMillis(10);
    private static final Duration V3_MAX = CENTISECOND.multipliedBy(4095); // 12 bits, RFC 9568 §5.2.7
    private static final Duration V2_MAX = Duration.ofSeconds(255); // 8 bits, RFC 3768 §5.3.7
    private static final Duration DELAY_MAX = Duration.ofSeconds(1000); // as keepalived's preempt_delay
    private static final int OWNER = 255;

    public VirtualRouter {
        requireNonNull(interfaceName, "interfaceName");
        requireNonNull(advertisementInterval, "advertisementInterval");
        if (interfaceName.isEmpty() || interfaceName.length() > 15) {
            throw new IllegalArgumentException(
                    "interfaceName must have 1 to 15 characters, but was \"" + interfaceName + "\"");
        }
        requireRange("virtual router id", id, 1, 255);
        requireRange("version", version, 2, 3);
        requireRange("priority", priority, 1, OWNER);
        requireInterval(version, advertisementInterval);
        requireLease(lease, advertisementInterval);
        requireDelay("preemptDelay", preemptDelay);
        requireDelay("startupDelay", startupDelay);
        requireNonNull(checksum, "checksum");
        if (!preempt && !preemptDelay.isZero()) {
            throw new IllegalArgumentException("preemptDelay must be 0 without preempt, but was " + preemptDelay);
        }
        if (version == 3 && password != null) {
            throw new IllegalArgumentException(
                    "password must not be given with version 3, which has no authentication (RFC 9568 §9)");
        }
    }

    /** Begins a virtual router on this interface: version 3, priority 100, 1 s, preempting. */
    public static Builder on(String interfaceName) {
        return new Builder(interfaceName);
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], but was " + value);
        }
    }

    private static void requireInterval(int version, Duration interval) {
        Duration step = version == 2 ? Duration.ofSeconds(1) : CENTISECOND;
        Duration max = version == 2 ? V2_MAX : V3_MAX;
        if (interval.compareTo(step) < 0 || interval.compareTo(max) > 0 || interval.toNanos() % step.toNanos() != 0) {
            throw new IllegalArgumentException("advertisementInterval of version " + version + " must be in ["
                    + step.toMillis() + " ms, " + max.toMillis() + " ms] in steps of " + step.toMillis()
                    + " ms, but was " + interval.toNanos() / 1_000_000.0 + " ms");
        }
    }

    private static void requireLease(Duration lease, Duration interval) {
        Duration min = interval.multipliedBy(3).dividedBy(2);
        Duration max = interval.multipliedBy(3);
        if (requireNonNull(lease, "lease").compareTo(min) < 0 || lease.compareTo(max) > 0) {
            throw new IllegalArgumentException("lease must be in [" + min.toMillis() + " ms, " + max.toMillis()
                    + " ms], 1.5 to 3 advertisement intervals, but was " + lease.toNanos() / 1_000_000.0 + " ms");
        }
    }

    private static void requireDelay(String name, Duration delay) {
        if (requireNonNull(delay, name).isNegative() || delay.compareTo(DELAY_MAX) > 0) {
            throw new IllegalArgumentException(name + " must be in [0 s, 1000 s], but was " + delay);
        }
    }

    /** Whether the addresses belong to this node: priority 255. */
    public boolean isOwner() {
        return priority == OWNER;
    }

    /** Collects the settings of a {@link VirtualRouter}. Not thread-safe. */
    public static final class Builder {
        private final String interfaceName;
        private int id;
        private int version = 3;
        private int priority = 100;
        private Duration advertisementInterval = Duration.ofSeconds(1);
        private @Nullable Duration lease; // null: 3 intervals
        private boolean preempt = true;
        private Duration preemptDelay = Duration.ZERO;
        private Duration startupDelay = Duration.ZERO;
        private boolean acceptMode = true;
        private @Nullable VirtualMac virtualMac;
        private ChecksumForm checksum = ChecksumForm.PSEUDO_HEADER;
        private @Nullable InetAddress sourceAddress;
        private @Nullable SimplePassword password;
        private List<InetAddress> unicastPeers = List.of();
        private int unicastHopLimit = 255;
        private int minimumHopLimit;
        private @Nullable DeathDetection deathDetection;

        private Builder(String interfaceName) {
            this.interfaceName = requireNonNull(interfaceName, "interfaceName");
        }

        /** The virtual router id (VRID), in [1, 255]. There is no default. */
        public Builder id(int id) {
            this.id = id;
            return this;
        }

        /** The protocol version, 2 or 3 (default). */
        public Builder version(int version) {
            this.version = version;
            return this;
        }

        /** In [1, 255]; the higher one wins; 100 by default. 255 is for the owner of the addresses. */
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        /** Time between two advertisements; 1 s by default. */
        public Builder advertisementInterval(Duration interval) {
            this.advertisementInterval = requireNonNull(interval, "interval");
            return this;
        }

        /**
         * How long the node may answer for the addresses after its last advertisement, in [1.5, 3] intervals; 3 intervals
         * by default. Shorter, a frozen node is silent sooner, and one that is late with its advertisements pauses; below
         * 2 intervals and 100 ms a planned hand-over may not be without a gap.
         */
        public Builder lease(Duration lease) {
            this.lease = requireNonNull(lease, "lease");
            return this;
        }

        /** Whether a higher priority takes over from an active node (default), or waits until that one is gone. */
        public Builder preempt(boolean preempt) {
            this.preempt = preempt;
            return this;
        }

        /** How long a node that listens leaves a lower one active before it preempts, in [0, 1000 s]; 0 by default. */
        public Builder preemptDelay(Duration delay) {
            this.preemptDelay = requireNonNull(delay, "delay");
            return this;
        }

        /** How long after its start a node only listens, in [0, 1000 s]; 0 by default. */
        public Builder startupDelay(Duration delay) {
            this.startupDelay = requireNonNull(delay, "delay");
            return this;
        }

        /** Whether the active node accepts packets to the addresses (default), or only forwards. */
        public Builder acceptMode(boolean accept) {
            this.acceptMode = accept;
            return this;
        }

        /** Gives the addresses the virtual router's own MAC address, which moves with them. */
        public Builder virtualMac(VirtualMac virtualMac) {
            this.virtualMac = requireNonNull(virtualMac, "virtualMac");
            return this;
        }

        /** The checksum sent over IPv4 with version 3; both forms are accepted. With pseudo-header by default. */
        public Builder checksum(ChecksumForm form) {
            this.checksum = requireNonNull(form, "form");
            return this;
        }

        /** Where advertisements are sent from; by default the primary address of the interface, over IPv6 the link-local. */
        public Builder sourceAddress(InetAddress address) {
            this.sourceAddress = requireNonNull(address, "address");
            return this;
        }

        /** The password of version 2, 1 to 8 characters of ASCII; it is sent in the clear. */
        public Builder password(String password) {
            this.password = new SimplePassword(password);
            return this;
        }

        /** Advertises to these nodes instead of to the multicast group, and hears only them. */
        public Builder unicastPeers(InetAddress... peers) {
            this.unicastPeers = List.of(peers);
            return this;
        }

        /** TTL or hop limit of unicast advertisements, in [1, 255]; 255 by default. */
        public Builder unicastHopLimit(int hopLimit) {
            this.unicastHopLimit = hopLimit;
            return this;
        }

        /**
         * The TTL or hop limit that a unicast advertisement must have left, in [0, 255]; 0 by default. 255 where all
         * nodes are on one network: nobody further away can forge that.
         */
        public Builder minimumHopLimit(int hopLimit) {
            this.minimumHopLimit = hopLimit;
            return this;
        }

        /**
         * Notices the end of the active node's process at once, by a TCP connection between nodes of ha4j that share
         * this port and secret; without it by default. The firewalls of the nodes must let the port in.
         *
         * @param port in [1, 65535], at the address that advertisements are sent from
         * @param secret 16 to 1024 bytes in UTF-8
         * @throws IllegalArgumentException if the port or the length of the secret is out of its range
         * @see DeathDetection
         */
        public Builder deathDetection(int port, String secret) {
            this.deathDetection = new DeathDetection(port, secret);
            return this;
        }

        /**
         * @throws IllegalArgumentException if a setting is out of its range or the id was not given; the message names
         *     the setting, the rule and the value
         */
        public VirtualRouter build() {
            return new VirtualRouter(
                    interfaceName,
                    id,
                    version,
                    priority,
                    advertisementInterval,
                    lease == null ? advertisementInterval.multipliedBy(3) : lease,
                    preempt,
                    preemptDelay,
                    startupDelay,
                    acceptMode,
                    virtualMac,
                    checksum,
                    sourceAddress,
                    unicastPeers.isEmpty() ? null : new Unicast(unicastPeers, unicastHopLimit, minimumHopLimit),
                    password,
                    deathDetection);
        }
    }
}
