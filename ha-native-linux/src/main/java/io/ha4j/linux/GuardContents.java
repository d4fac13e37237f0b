package io.ha4j.linux;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.SignOfLife;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is in the two tables of the guard, or will be once a transaction is committed: a transaction works on a copy,
 * which replaces the original when the kernel has taken it.
 */
final class GuardContents {
    private final Map<String, Integer> indexes; // of the devices, by name
    private final Set<GuardTables.Hook> leaseHooks;
    private final Set<GuardTables.Hook> guardHooks;
    private final Set<GuardTables.Renewal> renewals;
    private final Set<Integer> signHooks = new HashSet<>();

    private GuardContents(
            Map<String, Integer> indexes,
            Set<GuardTables.Hook> leaseHooks,
            Set<GuardTables.Hook> guardHooks,
            Set<GuardTables.Renewal> renewals) {
        this.indexes = indexes;
        this.leaseHooks = leaseHooks;
        this.guardHooks = guardHooks;
        this.renewals = renewals;
        renewals.forEach(renewal -> signHooks.add(renewal.index()));
    }

    static GuardContents empty() {
        return new GuardContents(new HashMap<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
    }

    /** A copy in which these tables are empty. */
    GuardContents copy(boolean newLease, boolean newGuard) {
        return new GuardContents(
                newLease ? new HashMap<>() : new HashMap<>(indexes),
                newLease ? new HashSet<>() : new HashSet<>(leaseHooks),
                newGuard ? new HashSet<>() : new HashSet<>(guardHooks),
                newLease ? new HashSet<>() : new HashSet<>(renewals));
    }

    /** Null if nothing is at a device of that name. */
    @Nullable
    Integer indexOf(String device) {
        return indexes.get(device);
    }

    /** What this group's signs of life renew; null while their device is not there. */
    GuardTables.@Nullable Renewal renewalOf(GuardedAddresses group) {
        SignOfLife sign = requireNonNull(group.sign());
        Integer index = indexOf(sign.interfaceName());
        return index == null ? null : GuardTables.Renewal.of(sign, index, group.leaseMillis());
    }

    /** Adds what the tables lack of this group; devices that are not there are left out. */
    void add(NftTransaction tx, GuardTables tables, LinkTable links, GuardedAddresses group) {
        for (String device : group.devices()) {
            LinkMessage link = links.byName(device);
            if (link != null) {
                indexes.put(device, link.index());
                for (boolean ipv6 : GuardTables.FAMILIES) {
                    if (!group.octets(ipv6).isEmpty()) {
                        addHook(tx, tables, new GuardTables.Hook(device, link.index(), ipv6));
                    }
                }
            }
        }
        addSign(tx, tables, group);
    }

    private void addHook(NftTransaction tx, GuardTables tables, GuardTables.Hook hook) {
        if (leaseHooks.add(hook)) {
            tables.hookLease(tx, hook);
        }
        if (guardHooks.add(hook)) {
            tables.hookGuard(tx, hook);
        }
    }

    private void addSign(NftTransaction tx, GuardTables tables, GuardedAddresses group) {
        GuardTables.Renewal kind = renewalOf(group);
        if (kind == null) {
            return;
        }
        SignOfLife sign = requireNonNull(group.sign());
        if (signHooks.add(kind.index())) {
            tables.hookSigns(tx, sign.interfaceName(), kind.index());
        }
        if (renewals.add(kind)) {
            tables.renewal(tx, kind);
        }
        tables.addSign(tx, kind, sign.id(), group.number());
    }
}
