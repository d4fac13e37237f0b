package io.ha4j.lab;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in a node's log what belongs on the timeline. */
final class NodeLog {
    /** keepalived's lines, which ha4j logs as they are, and whatever is a warning or an error. */
    private static final Pattern EVENT = Pattern.compile("(\\(VI_1\\) (?!Sending/queueing).*"
            + "|(?:Removing|Adding|Enabling|Disabling) service .*"
            + "|VS .* (?:no longer )?listen.*"
            + "|Started in .*"
            + "|(?:WARN|ERROR|Exception).*)");

    private NodeLog() {}

    static Optional<String> event(String line) {
        Matcher matcher = EVENT.matcher(line);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }
}
