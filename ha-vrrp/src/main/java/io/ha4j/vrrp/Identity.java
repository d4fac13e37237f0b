package io.ha4j.vrrp;

import io.ha4j.DeathDetection;
import io.ha4j.VirtualRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What makes a virtual router the one that it is: none of it can change while it runs. */
final class Identity {
    private Identity() {}

    /** @throws IllegalArgumentException if more differs than priority, preemption and the delays */
    static void requireSame(String group, VirtualRouter now, VirtualRouter next) {
        List<String> differing = new ArrayList<>();
        compare(differing, "interface", now.interfaceName(), next.interfaceName());
        compare(differing, "virtual router id", now.id(), next.id());
        compare(differing, "version", now.version(), next.version());
        if (now.advertisementInterval().equals(next.advertisementInterval())) {
            compare(differing, "lease", now.lease(), next.lease());
        } else { // which others have learned, and the lease follows from
            compare(differing, "advertisementInterval", now.advertisementInterval(), next.advertisementInterval());
        }
        compare(differing, "acceptMode", now.acceptMode(), next.acceptMode());
        compare(differing, "virtualMac", now.virtualMac(), next.virtualMac());
        compare(differing, "checksum", now.checksum(), next.checksum());
        compare(differing, "sourceAddress", now.sourceAddress(), next.sourceAddress());
        compare(differing, "unicast", now.unicast(), next.unicast());
        compare(differing, "deathDetection port", port(now), port(next));
        if (Objects.equals(port(now), port(next)) && !Objects.equals(now.deathDetection(), next.deathDetection())) {
            differing.add("deathDetection secret");
        }
        if (!Objects.equals(now.password(), next.password())) {
            differing.add("password"); // which is not for a log
        }
        if (now.isOwner() != next.isOwner()) {
            compare(differing, "priority", now.priority(), next.priority());
        }
        if (!differing.isEmpty()) {
            throw new IllegalArgumentException("group " + group + " cannot change while it runs: "
                    + String.join(", ", differing) + "; close it and start it again");
        }
    }

    private static @Nullable Integer port(VirtualRouter router) {
        DeathDetection detection = router.deathDetection();
        return detection == null ? null : detection.port();
    }

    private static void compare(List<String> differing, String name, @Nullable Object now, @Nullable Object next) {
        if (!Objects.equals(now, next)) {
            differing.add(name + " from " + now + " to " + next);
        }
    }
}
