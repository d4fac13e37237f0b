package io.ha4j.linux;

import io.ha4j.AddressLease;
import io.ha4j.HaException;
import io.ha4j.spi.SignOfLife;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one group, as the guard knows them. Loop thread only.
 *
 * <p>They are guarded while they are held. Their entries in the guard have a timeout of their own, well beyond the
 * lifetime of the addresses: what a killed process leaves keeps nobody's packets away once its addresses are gone.
 */
final class GuardedAddresses implements AutoCloseable {
    private static final int LEASES_PER_LIFETIME = 4;
    private static final long TIMEOUT_MARGIN_MILLIS = 60_000;
    private static final int RENEWALS_PER_TIMEOUT = 2;

    /**
     * The kernel counts timeouts in ticks and rounds up. Multiples of 4 ms, rounded up, exceed a lease that is a
     * multiple of 10 ms at none of the usual tick rates (100, 250, 300, 1000 per second).
     */
    private static final long TICK_MILLIS = 4;

    private final VipGuard guard;
    private final int number;
    private final String group;
    private List<LeasedAddress> addresses;
    private final @Nullable SignOfLife sign;
    private final long leaseMillis;
    private final int leaseSeconds;
    private final int lifetimeSeconds;

    private String weakness = ""; // why there is no guard; empty when there is one
    private boolean covered;
    private boolean mute; // guarded without a lease: the addresses are here and do not answer
    private long coveredNanos;
    private boolean open = true;

    GuardedAddresses(
            VipGuard guard,
            int number,
            String group,
            List<LeasedAddress> addresses,
            @Nullable SignOfLife sign,
            Duration lease) {
        this.guard = guard;
        this.number = number;
        this.group = group;
        this.addresses = addresses;
        this.sign = sign;
        this.leaseMillis = Math.max(TICK_MILLIS, lease.toMillis() / TICK_MILLIS * TICK_MILLIS);
        leaseSeconds = wholeSeconds(lease);
        lifetimeSeconds = wholeSeconds(lease.multipliedBy(LEASES_PER_LIFETIME));
    }

    static int wholeSeconds(Duration lease) {
        long seconds = lease.getSeconds() + (lease.getNano() > 0 ? 1 : 0);
        return (int) Math.max(1, Math.min(seconds, Integer.MAX_VALUE));
    }

    /** Among all groups of the process, ever. */
    int number() {
        return number;
    }

    String group() {
        return group;
    }

    @Nullable
    SignOfLife sign() {
        return sign;
    }

    long leaseMillis() {
        return leaseMillis;
    }

    /** What the addresses are given at this moment, in seconds: without the guard no more than the lease. */
    int lifetimeSeconds() {
        return isWeak() ? leaseSeconds : lifetimeSeconds;
    }

    /** In milliseconds, of their entries in the guard. */
    long timeoutMillis() {
        return 2 * TimeUnit.SECONDS.toMillis(lifetimeSeconds) + TIMEOUT_MARGIN_MILLIS;
    }

    /** The interfaces that carry them, and the one that the signs of life leave by. */
    List<String> devices() {
        Stream<String> carriers = addresses.stream().map(LeasedAddress::interfaceName);
        return Stream.concat(sign == null ? Stream.of() : Stream.of(sign.interfaceName()), carriers)
                .distinct()
                .toList();
    }

    List<byte[]> octets(boolean ipv6) {
        return octets(addresses, ipv6);
    }

    static List<byte[]> octets(List<LeasedAddress> addresses, boolean ipv6) {
        return addresses.stream()
                .map(address -> address.address().getAddress())
                .filter(octets -> (octets.length == 16) == ipv6)
                .toList();
    }

    /** As {@link #octets}, without link-local ones: those are different ones on different links. */
    List<byte[]> claims(boolean ipv6) {
        return claims(addresses, ipv6);
    }

    static List<byte[]> claims(List<LeasedAddress> addresses, boolean ipv6) {
        return octets(
                addresses.stream()
                        .filter(address -> !address.address().isLinkLocalAddress())
                        .toList(),
                ipv6);
    }

    /** Guards these from now on, and those before as well until {@link #dropped}: before they are added. */
    void change(List<LeasedAddress> next) {
        List<LeasedAddress> added = without(next, addresses);
        addresses = next;
        guard.joined(this, added);
    }

    /** After what is not in the list any more was removed from the interfaces. */
    void dropped(List<LeasedAddress> before) {
        guard.dropped(this, without(before, addresses));
    }

    private static List<LeasedAddress> without(List<LeasedAddress> some, List<LeasedAddress> others) {
        Set<InetAddress> known = others.stream().map(LeasedAddress::address).collect(Collectors.toSet());
        return some.stream()
                .filter(address -> !known.contains(address.address()))
                .toList();
    }

    boolean covered() {
        return covered;
    }

    boolean isMute() {
        return mute;
    }

    /**
     * The addresses, which are held and guarded, do not answer from now on, whatever leaves the node.
     *
     * @throws HaException if the kernel refuses
     */
    void mute() {
        guard.mute(this);
        mute = true;
    }

    /** With the next {@link #cover} they answer again, as long as the lease lasts. */
    void unmute() {
        if (mute) {
            mute = false;
            covered = false;
        }
    }

    boolean isDue(long nowNanos) {
        return !covered
                || nowNanos - coveredNanos >= TimeUnit.MILLISECONDS.toNanos(timeoutMillis()) / RENEWALS_PER_TIMEOUT;
    }

    void covered(boolean covered, long nowNanos) {
        this.covered = covered;
        coveredNanos = nowNanos;
    }

    void weak(String why) {
        weakness = why;
    }

    boolean isWeak() {
        return !weakness.isEmpty();
    }

    /** Before the addresses are added, and with each renewal; costs nothing when it is too early. */
    void cover() {
        guard.cover(this);
    }

    /** After the addresses were removed. */
    void uncover() {
        guard.uncover(this);
        mute = false;
    }

    AddressLease lease() {
        return isWeak()
                ? new AddressLease(AddressLease.Enforcement.LIFETIME, Duration.ofSeconds(leaseSeconds), weakness)
                : new AddressLease(AddressLease.Enforcement.GUARD, Duration.ofMillis(leaseMillis), guard.remark());
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            guard.leave(this);
        }
    }
}
