package io.ha4j.standalone.conf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code unicast_peer}: lines of {@code ADDRESS [min_ttl N] [max_ttl N]}. */
final class UnicastReader {
    private final Problems problems;
    private final Values values;

    private final List<InetAddress> peers = new ArrayList<>();
    private @Nullable Integer minimumHopLimit; // of the first peer

    UnicastReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    List<InetAddress> peers() {
        return peers;
    }

    int minimumHopLimit() {
        return minimumHopLimit == null ? 0 : minimumHopLimit;
    }

    /** Whether every line is sound. */
    boolean read(Statement block) {
        boolean sound = true;
        for (Statement line : block.statements()) {
            sound &= line(line);
        }
        if (block.statements().isEmpty()) {
            problems.error(block.line(), "unicast_peer has no address");
            return false;
        }
        return sound;
    }

    private boolean line(Statement line) {
        InetAddress peer = values.address(line.line(), "unicast_peer", line.keyword());
        if (peer == null) {
            return false;
        }
        int minimum = 0;
        Iterator<String> options = line.arguments().iterator();
        while (options.hasNext()) {
            String option = options.next();
            if (!option.equals("min_ttl") && !option.equals("max_ttl")) {
                problems.error(line.line(), "unknown option '" + option + "' of the unicast peer " + line.keyword());
                return false;
            }
            if (!options.hasNext()) {
                problems.error(line.line(), option + " needs a value");
                return false;
            }
            Integer value = values.integer(line.line(), option, options.next(), 0, 255);
            if (value == null) {
                return false;
            }
            if (option.equals("max_ttl") && value != 255) {
                problems.error(line.line(), "max_ttl is not supported by this version of ha4j");
                return false;
            }
            minimum = option.equals("min_ttl") ? value : minimum;
        }
        if (minimumHopLimit != null && minimumHopLimit != minimum) {
            problems.error(
                    line.line(),
                    "min_ttl must be the same for all unicast peers in ha4j, but was " + minimum + " after "
                            + minimumHopLimit);
            return false;
        }
        minimumHopLimit = minimum;
        peers.add(peer);
        return true;
    }
}
