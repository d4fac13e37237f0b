package io.ha4j.standalone.conf;

import io.ha4j.CheckSchedule;
import io.ha4j.ScriptCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the script of a {@code MISC_CHECK}. */
final class MiscReader {
    private final Problems problems;
    private final Values values;
    private ScriptUser user;
    private @Nullable List<String> command;
    private boolean given;
    private @Nullable Duration timeout; // delay_loop, if none is given: as keepalived
    private boolean dynamic;

    MiscReader(ScriptUser user, Problems problems) {
        this.user = user;
        this.problems = problems;
        this.values = new Values(problems);
    }

    Block readIn(Block block) {
        return block.on("misc_path", line -> {
                    given = true;
                    String word = values.word(line);
                    List<String> split = word == null ? null : CommandLine.split(line, word, problems);
                    command = split == null ? null : CommandLine.executable(line, split, problems);
                })
                .on("misc_timeout", line -> timeout = values.seconds(line, false))
                .on("misc_dynamic", line -> dynamic = values.nothing(line))
                .on("user", line -> {
                    ScriptUser own = ScriptUser.read(line, line.arguments(), problems);
                    user = own == null ? user : own;
                });
    }

    @Nullable
    ScriptCheck check(Statement checker, CheckSettings settings) {
        if (!given) {
            problems.error(checker.line(), "MISC_CHECK has no misc_path");
        }
        if (command == null) {
            return null;
        }
        CheckSchedule schedule = settings.schedule(0, Duration.ofSeconds(1));
        return new ScriptCheck(
                String.valueOf(Path.of(command.get(0)).getFileName()),
                user.runs(command),
                schedule.interval(),
                timeout == null ? schedule.interval() : timeout,
                schedule.rise(),
                schedule.fall(),
                schedule.retryInterval(),
                dynamic);
    }
}
