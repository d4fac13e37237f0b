package io.ha4j.lb;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * By a hash of an address, in proportion to the weights. Backends are in canonical order, so that every balancer with
 * the same ones decides alike. (IPVS has a table of 256 buckets; this is exact.)
 */
final class HashPicker implements Picker {
    private static final class Shares {
        final Target[] targets;
        final long[] ends; // the sums of the weights up to and with each target

        Shares(Collection<Target> targets) {
            this.targets = targets.toArray(Target[]::new);
            Arrays.sort(this.targets, Comparator.comparing(Target::toString));
            ends = new long[this.targets.length];
            long sum = 0;
            for (int i = 0; i < ends.length; i++) {
                sum += Math.max(1, this.targets[i].share());
                ends[i] = sum;
            }
        }

        @Nullable
        Target at(long hash) {
            if (targets.length == 0) {
                return null;
            }
            int found = Arrays.binarySearch(ends, Math.multiplyHigh(hash >>> 1, 2 * ends[ends.length - 1]));
            return targets[found >= 0 ? found + 1 : -found - 1];
        }
    }

    private final Function<Incoming, InetSocketAddress> key;
    private volatile Shares shares = new Shares(List.of());

    HashPicker(Function<Incoming, InetSocketAddress> key) {
        this.key = key;
    }

    @Override
    public void update(List<Target> targets) {
        shares = new Shares(targets);
    }

    @Override
    public @Nullable Target pick(Collection<Target> tried, Incoming incoming) {
        Shares shares = this.shares;
        if (!tried.isEmpty()) {
            shares = new Shares(RandomPicker.without(List.of(shares.targets), tried));
        }
        Target target = shares.at(AddressHash.of(key.apply(incoming).getAddress()));
        if (target != null) {
            target.claim();
        }
        return target;
    }
}
