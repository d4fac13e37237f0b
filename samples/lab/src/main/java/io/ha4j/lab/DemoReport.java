package io.ha4j.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that a run of the demo came to.
 *
 * @param held whether every promise held and the demo came to its end
 * @param mode {@code network} or {@code loopback}
 * @param notShown what this mode leaves out, and why; null if nothing
 * @param error why the demo did not come to its end; null if it did
 * @param setUpSeconds from the start until the first scene
 */
record DemoReport(
        boolean held,
        String mode,
        @Nullable String notShown,
        @Nullable String error,
        double setUpSeconds,
        double seconds,
        List<Scene> scenes,
        List<VipWatch.Holder> holders,
        List<Timeline.Event> timeline) {

    String json() {
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(this);
    }

    /** The figures as a table, the promises below it. */
    String table() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-36s %8s %7s %11s %7s %9s %8s  %s",
                "scene",
                "answered",
                "failed",
                "longest gap",
                "at",
                "takeover",
                "p99",
                "VIP before → after"));
        for (Scene scene : scenes) {
            Double takeover = scene.takeoverMillis();
            lines.add(String.format(
                    Locale.ROOT,
                    "%-36s %8d %7d %8.0f ms %7.3f %9s %5.1f ms  %s → %s",
                    scene.name(),
                    scene.answered(),
                    scene.failed(),
                    scene.longestGapMillis(),
                    scene.longestGapFrom(),
                    takeover == null ? "-" : String.format(Locale.ROOT, "%.0f ms", takeover),
                    scene.p99Millis(),
                    scene.holderBefore(),
                    scene.holderAfter()));
            if (scene.failed() > 0) {
                lines.add(String.format(
                        Locale.ROOT,
                        "     failed: %d on kept connections (at most %d on one), %d on fresh ones, %d waiting;"
                                + " due from %.3f to %.3f; %s",
                        scene.failedKept(),
                        scene.failedPerConnection(),
                        scene.failedFresh(),
                        scene.failedWaiting(),
                        scene.failedDueFrom(),
                        scene.failedDueTo(),
                        scene.reasons()));
            }
        }
        lines.add("");
        for (Scene scene : scenes) {
            for (Scene.Promise promise : scene.promises()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%-7s %s: %s",
                        promise.held() ? "held" : "BROKEN",
                        promise.text(),
                        promise.measured()));
            }
        }
        if (notShown != null) {
            lines.add("not shown: " + notShown);
        }
        if (error != null) {
            lines.add("the demo did not come to its end: " + error);
        }
        return String.join("\n", lines);
    }
}
