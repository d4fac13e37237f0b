package io.ha4j.vrrp;

import io.ha4j.spi.Candidacy;
import java.util.HashMap;
import java.util.Map;

/** All virtual routers of one event loop, by the link that they are on. Loop thread only. */
final class VrrpEngine {
    private final Map<String, Segment> segments = new HashMap<>();
    private final Runnable whenEmpty;

    /** @param whenEmpty called when the last candidacy has ended */
    VrrpEngine(Runnable whenEmpty) {
        this.whenEmpty = whenEmpty;
    }

    /** @throws io.ha4j.HaException if the system stands in the way; nothing is left open */
    Candidacy open(Candidacy.Spec spec, String interfaceName) {
        try {
            Segment segment = segments.get(interfaceName);
            if (segment == null) {
                segment = new Segment(spec.host(), interfaceName);
                segments.put(interfaceName, segment);
            }
            VirtualRouterCandidacy candidacy =
                    new VirtualRouterCandidacy(spec, segment, () -> removeIfUnused(interfaceName));
            candidacy.open();
            return candidacy;
        } catch (RuntimeException e) {
            removeIfUnused(interfaceName);
            throw e;
        }
    }

    private void removeIfUnused(String interfaceName) {
        Segment segment = segments.get(interfaceName);
        if (segment != null && segment.isEmpty()) {
            segments.remove(interfaceName);
            segment.close();
        }
        if (segments.isEmpty()) {
            whenEmpty.run();
        }
    }
}
