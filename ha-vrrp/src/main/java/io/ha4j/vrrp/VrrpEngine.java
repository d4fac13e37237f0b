package io.ha4j.vrrp;

import io.ha4j.spi.Candidacy;
import java.util.HashMap;
import java.util.Map;

/** All virtual routers of one event loop, by the link that they are on and by family. Loop thread only. */
final class VrrpEngine {
    private record Key(String interfaceName, Family family) {}

    private final Map<Key, Segment> segments = new HashMap<>();
    private final Runnable whenEmpty;

    /** @param whenEmpty called when the last candidacy has ended */
    VrrpEngine(Runnable whenEmpty) {
        this.whenEmpty = whenEmpty;
    }

    /** @throws io.ha4j.HaException if the system stands in the way; nothing is left open */
    Candidacy open(Candidacy.Spec spec, String interfaceName) {
        Key key = new Key(interfaceName, Family.of(spec.advertised().get(0).address()));
        try {
            Segment segment = segments.get(key);
            if (segment == null) {
                segment = new Segment(spec.host(), interfaceName, key.family);
                segments.put(key, segment);
            }
            VirtualRouterCandidacy candidacy = new VirtualRouterCandidacy(spec, segment, () -> removeIfUnused(key));
            candidacy.open();
            return candidacy;
        } catch (RuntimeException e) {
            removeIfUnused(key);
            throw e;
        }
    }

    private void removeIfUnused(Key key) {
        Segment segment = segments.get(key);
        if (segment != null && segment.isEmpty()) {
            segments.remove(key);
            segment.close();
        }
        if (segments.isEmpty()) {
            whenEmpty.run();
        }
    }
}
