package io.ha4j.standalone.conf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the scripts of an instance: {@code notify_master "/path/script arguments" [USER [GROUP]]}. */
final class NotificationReader {
    private static final List<String> KEYWORDS = List.of(
            "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify_master_rx_lower_pri", "notify");

    private final ScriptUser user;
    private final Problems problems;
    private final Map<String, List<String>> commands = new HashMap<>();

    /** @param user of scripts that name none */
    NotificationReader(ScriptUser user, Problems problems) {
        this.user = user;
        this.problems = problems;
    }

    Block on(Block block) {
        KEYWORDS.forEach(keyword -> block.on(keyword, this::read));
        return block;
    }

    private void read(Statement statement) {
        List<String> words = statement.arguments();
        if (words.isEmpty()) {
            problems.error(statement.line(), statement.keyword() + " needs a script");
            return;
        }
        ScriptUser own =
                words.size() == 1 ? user : ScriptUser.read(statement, words.subList(1, words.size()), problems);
        List<String> split = CommandLine.split(statement, words.get(0), problems);
        List<String> command = split == null ? null : CommandLine.executable(statement, split, problems);
        if (own != null && command != null) {
            commands.put(statement.keyword(), own.runs(command));
        }
    }

    Notifications read() {
        return new Notifications(
                command("notify_master"),
                command("notify_backup"),
                command("notify_fault"),
                command("notify_stop"),
                command("notify_master_rx_lower_pri"),
                command("notify"));
    }

    private List<String> command(String keyword) {
        return commands.getOrDefault(keyword, List.of());
    }
}
