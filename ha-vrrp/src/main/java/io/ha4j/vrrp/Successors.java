package io.ha4j.vrrp;

import io.ha4j.spi.IpText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The backups that are connected to this active node, the designated successor first: as VRRP would choose, by priority
 * and then by address. Loop thread only.
 */
final class Successors {
    private static final int RANKS = 255; // of one octet

    private static final class Heir {
        final DeathPort.Guest guest;
        Standing standing;

        Heir(DeathPort.Guest guest, Standing standing) {
            this.guest = guest;
            this.standing = standing;
        }

        byte[] address() {
            return guest.end().backup().getAddress();
        }
    }

    private static final Comparator<Heir> ORDER = Comparator.<Heir, Boolean>comparing(heir -> !heir.standing.eligible())
            .thenComparing(heir -> -heir.standing.priority())
            .thenComparing((one, other) -> Arrays.compareUnsigned(other.address(), one.address()));

    private final List<Heir> heirs = new ArrayList<>();
    private boolean silent;

    /** Whether the addresses would be silent when this process has ended. */
    void silent(boolean silent) {
        if (this.silent != silent) {
            this.silent = silent;
            tell();
        }
    }

    /** Another connection of the same backup is over, whether its end has been noticed or not. */
    void joined(DeathPort.Guest guest, Standing standing) {
        for (Heir heir : List.copyOf(heirs)) {
            if (Arrays.equals(heir.address(), guest.end().backup().getAddress())) {
                heirs.remove(heir);
                heir.guest.dismiss();
            }
        }
        heirs.add(new Heir(guest, standing));
        tell();
    }

    void stands(DeathPort.Guest guest, Standing standing) {
        heirs.stream().filter(heir -> heir.guest == guest).forEach(heir -> heir.standing = standing);
        tell();
    }

    void left(DeathPort.Guest guest) {
        heirs.removeIf(heir -> heir.guest == guest);
        tell();
    }

    /** This node is no longer active, or is about to be so in an orderly way. */
    void dismissAll() {
        List<Heir> all = List.copyOf(heirs);
        heirs.clear();
        all.forEach(heir -> heir.guest.dismiss());
    }

    private void tell() {
        heirs.sort(ORDER);
        int ranked = ranked();
        for (int i = 0; i < heirs.size(); i++) {
            heirs.get(i).guest.end().tell(new Succession(i < ranked ? i + 1 : 0, ranked, silent));
        }
    }

    int ranked() {
        long eligible = heirs.stream().filter(heir -> heir.standing.eligible()).count();
        return (int) Math.min(RANKS, eligible);
    }

    List<String> names() {
        return heirs.stream().map(heir -> IpText.of(heir.guest.end().backup())).toList();
    }
}
