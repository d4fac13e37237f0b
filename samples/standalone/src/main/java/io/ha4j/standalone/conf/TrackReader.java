package io.ha4j.standalone.conf;

import io.ha4j.HealthCheck;
import io.ha4j.standalone.conf.Trackables.Kind;
import io.ha4j.standalone.conf.Trackables.Trackable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what one instance or sync group tracks: lines of {@code NAME [weight N [reverse|noreverse]]}. */
final class TrackReader {
    private final Trackables trackables;
    private final Problems problems;
    private final List<Tracked> tracked = new ArrayList<>();

    TrackReader(Trackables trackables, Problems problems) {
        this.trackables = trackables;
        this.problems = problems;
    }

    List<Tracked> tracked() {
        return tracked;
    }

    /** Teaches a block the keywords. */
    Block on(Block block) {
        for (Kind kind : Kind.values()) {
            block.onBlock(
                    kind.tracks,
                    lines -> read(lines, line -> {
                        Trackable found = trackables.find(kind, line.line(), line.keyword());
                        if (found != null) {
                            add(line, found.check(), found.weight(), kind.weightLimit);
                        }
                    }));
        }
        return block.onBlock(
                "track_interface",
                lines -> read(lines, line -> {
                    HealthCheck check = networkInterface(line);
                    if (check != null) {
                        add(line, check, new Weight(0, false), Weight.LIMITED);
                    }
                }));
    }

    private @Nullable HealthCheck networkInterface(Statement line) {
        try {
            return HealthCheck.networkInterface(line.keyword());
        } catch (IllegalArgumentException e) {
            problems.error(line.line(), "track_interface: " + e.getMessage());
            return null;
        }
    }

    private void read(Statement block, java.util.function.Consumer<Statement> reader) {
        Map<String, Integer> seen = new HashMap<>();
        for (Statement line : block.statements()) {
            Integer before = seen.putIfAbsent(line.keyword(), line.line());
            if (before == null) {
                reader.accept(line);
            } else {
                problems.error(
                        line.line(),
                        line.keyword() + " is in this " + block.keyword() + " in line " + before + " already");
            }
        }
        if (block.statements().isEmpty()) {
            problems.warning(block.line(), block.keyword() + " is empty: nothing is tracked");
        }
    }

    private void add(Statement line, HealthCheck check, Weight usual, int limit) {
        List<String> options = line.arguments();
        Weight weight = usual;
        if (!options.isEmpty()) {
            if (!options.get(0).equals("weight")) {
                problems.error(
                        line.line(),
                        "unknown option '" + options.get(0) + "' of " + line.keyword()
                                + Suggestion.of(options.get(0), List.of("weight")));
                return;
            }
            weight = Weight.read(line.line(), options.subList(1, options.size()), limit, problems);
        }
        if (weight != null) {
            tracked.add(new Tracked(check, weight.value(), weight.reversed()));
        }
    }
}
