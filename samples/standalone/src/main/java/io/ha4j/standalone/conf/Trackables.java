package io.ha4j.standalone.conf;

import io.ha4j.HealthCheck;
import io.ha4j.ProcessCheck;
import io.ha4j.ScriptCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what instances can track: {@code vrrp_script}, {@code vrrp_track_file} and {@code vrrp_track_process}. */
final class Trackables {
    /** Kinds by the keyword that tracks one; each has names of its own. */
    enum Kind {
        SCRIPT("track_script", "vrrp_script", Weight.LIMITED),
        FILE("track_file", "vrrp_track_file", Weight.FULL),
        PROCESS("track_process", "vrrp_track_process", Weight.FULL);

        final String tracks;
        final String defines;
        final int weightLimit;

        Kind(String tracks, String defines, int weightLimit) {
            this.tracks = tracks;
            this.defines = defines;
            this.weightLimit = weightLimit;
        }
    }

    /** A check and the weight that it has unless the one who tracks it says otherwise. */
    record Trackable(int line, HealthCheck check, Weight weight) {}

    private static final int FILE_WEIGHT_MAX = Integer.MAX_VALUE;

    private final Problems problems;
    private final Values values;
    private final ScriptUser user;
    private final Map<Kind, Map<String, @Nullable Trackable>> all = new LinkedHashMap<>();
    private final List<InitialFile> initialFiles = new ArrayList<>();

    /** @param user of scripts that have none of their own */
    Trackables(ScriptUser user, Problems problems) {
        this.user = user;
        this.problems = problems;
        this.values = new Values(problems);
        for (Kind kind : Kind.values()) {
            all.put(kind, new LinkedHashMap<>());
        }
    }

    /** Whom scripts run as that name nobody. */
    ScriptUser user() {
        return user;
    }

    List<InitialFile> initialFiles() {
        return initialFiles;
    }

    /** Null, after saying why unless that has been said at its definition, if there is none of that name. */
    @Nullable
    Trackable find(Kind kind, int line, String name) {
        Map<String, @Nullable Trackable> known = byName(kind);
        if (!known.containsKey(name)) {
            problems.error(line, "there is no " + kind.defines + " " + name + Suggestion.of(name, known.keySet()));
        }
        return known.get(name);
    }

    private Map<String, @Nullable Trackable> byName(Kind kind) {
        return all.computeIfAbsent(kind, it -> new LinkedHashMap<>());
    }

    void script(Statement block) {
        new ScriptReader(block).read();
    }

    void file(Statement block) {
        new FileReader(block).read();
    }

    void process(Statement block) {
        new ProcessReader(block).read();
    }

    private @Nullable String name(Kind kind, Statement block) {
        String name = values.word(block);
        if (name != null && byName(kind).containsKey(name)) {
            problems.error(block.line(), kind.defines + " " + name + " is in this file already");
            return null;
        }
        return name;
    }

    private void define(Kind kind, Statement block, @Nullable String name, @Nullable HealthCheck check, Weight weight) {
        if (name != null) {
            byName(kind).put(name, check == null ? null : new Trackable(block.line(), check, weight));
        }
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    /** One {@code vrrp_script}. */
    private final class ScriptReader {
        private final Statement block;
        private @Nullable List<String> command;
        private @Nullable ScriptUser own;
        private boolean given;
        private Duration interval = Duration.ofSeconds(1);
        private @Nullable Duration timeout; // the interval, if none is given: as keepalived
        private int rise = 1;
        private int fall = 1;
        private Weight weight = new Weight(0, false);

        ScriptReader(Statement block) {
            this.block = block;
        }

        void read() {
            String name = name(Kind.SCRIPT, block);
            new Block(block, Vocabulary.SCRIPT, problems)
                    .on("script", this::command)
                    .on("interval", line -> interval = or(values.seconds(line, false), interval))
                    .on("timeout", line -> timeout = values.seconds(line, false))
                    .on("rise", line -> rise = or(values.integer(line, 1, Integer.MAX_VALUE), rise))
                    .on("fall", line -> fall = or(values.integer(line, 1, Integer.MAX_VALUE), fall))
                    .on(
                            "weight",
                            line -> weight =
                                    or(Weight.read(line.line(), line.arguments(), Weight.LIMITED, problems), weight))
                    .on("user", line -> own = ScriptUser.read(line, line.arguments(), problems))
                    .on("init_fail", values::nothing) // always: it is down until its first success
                    .read();
            if (!given) {
                problems.error(block.line(), block.text() + " has no script");
            }
            HealthCheck check = command == null || name == null
                    ? null
                    : new ScriptCheck(name, or(own, user).runs(command), interval, or(timeout, interval), rise, fall);
            define(Kind.SCRIPT, block, name, check, weight);
        }

        /** {@code script COMMAND [USER [GROUP]]}: a command with arguments is one word, in quotes. */
        private void command(Statement line) {
            given = true;
            List<String> words = line.arguments();
            if (words.isEmpty() || words.size() > 3) {
                problems.error(
                        line.line(),
                        words.isEmpty()
                                ? "script needs a value"
                                : "script with arguments must be in quotes: \"" + String.join(" ", words) + "\"");
                return;
            }
            if (words.size() > 1) {
                own = ScriptUser.read(line, words.subList(1, words.size()), problems);
                if (own == null) {
                    problems.error(
                            line.line(),
                            "script: the word after the command is a user; a command with arguments must be in quotes");
                    return;
                }
            }
            List<String> split = CommandLine.split(line, words.get(0), problems);
            command = split == null ? null : CommandLine.executable(line, split, problems);
        }
    }

    /** One {@code vrrp_track_file}. */
    private final class FileReader {
        private final Statement block;
        private @Nullable Path file;
        private @Nullable Statement init;
        private Weight weight = new Weight(1, false);

        FileReader(Statement block) {
            this.block = block;
        }

        void read() {
            String name = name(Kind.FILE, block);
            new Block(block, Vocabulary.TRACK_FILE, problems)
                    .on("file", line -> {
                        String word = values.word(line);
                        file = word == null || word.isBlank() || word.indexOf('\0') >= 0 ? null : Path.of(word);
                    })
                    .on(
                            "weight",
                            line -> weight =
                                    or(Weight.read(line.line(), line.arguments(), FILE_WEIGHT_MAX, problems), weight))
                    .on("init_file", line -> init = line)
                    .read();
            if (file == null) {
                problems.error(block.line(), block.text() + " has no file");
            } else if (init != null) {
                init(init, file);
            }
            define(
                    Kind.FILE,
                    block,
                    name,
                    file == null || name == null ? null : HealthCheck.fileValue(name, file),
                    weight);
        }

        private void init(Statement line, Path file) {
            List<String> words = new ArrayList<>(line.arguments());
            boolean overwrite = words.remove("overwrite");
            Integer value = words.isEmpty()
                    ? Integer.valueOf(0)
                    : values.integer(line.line(), "init_file", words.get(0), Integer.MIN_VALUE, Integer.MAX_VALUE);
            if (words.size() > 1) {
                problems.error(
                        line.line(),
                        "init_file takes a number and 'overwrite', but has " + String.join(" ", line.arguments()));
            } else if (value != null) {
                initialFiles.add(new InitialFile(line.line(), file, value, overwrite));
            }
        }
    }

    /** One {@code vrrp_track_process}. */
    private final class ProcessReader {
        private final Statement block;
        private @Nullable List<String> command;
        private @Nullable String parameters; // how they are compared
        private boolean full;
        private @Nullable Integer quorum;
        private int quorumMax = Integer.MAX_VALUE;
        private Duration up = Duration.ZERO;
        private Duration down = Duration.ZERO;
        private Weight weight = new Weight(1, false);

        ProcessReader(Statement block) {
            this.block = block;
        }

        void read() {
            String name = name(Kind.PROCESS, block);
            new Block(block, Vocabulary.TRACK_PROCESS, problems)
                    .on("process", line -> command = line.arguments())
                    .on("param_match", line -> parameters = values.choice(line, List.of("initial", "partial")))
                    .on("full_command", line -> full = values.nothing(line))
                    .on(
                            "weight",
                            line -> weight =
                                    or(Weight.read(line.line(), line.arguments(), Weight.FULL, problems), weight))
                    .on("quorum", line -> quorum = values.integer(line, 1, 65535))
                    .on("quorum_max", line -> quorumMax = or(values.integer(line, 0, 65535), quorumMax))
                    .on("fork_delay", line -> up = or(values.seconds(line, true), up))
                    .on("terminate_delay", line -> down = or(values.seconds(line, true), down))
                    .on("delay", line -> {
                        up = or(values.seconds(line, true), up);
                        down = up;
                    })
                    .read();
            define(Kind.PROCESS, block, name, name == null ? null : check(name), weight);
        }

        private @Nullable HealthCheck check(String name) {
            List<String> command = this.command;
            if (command == null || command.isEmpty()) {
                problems.error(block.line(), block.text() + " has no process");
                return null;
            }
            int least = quorum != null ? quorum : Math.min(1, quorumMax);
            try {
                return HealthCheck.process(name, command.toArray(String[]::new))
                        .match(match(command))
                        .quorum(least, quorumMax)
                        .delays(up, down);
            } catch (IllegalArgumentException e) {
                problems.error(block.line(), block.text() + ": " + e.getMessage());
                return null;
            }
        }

        private ProcessCheck.Match match(List<String> command) {
            if (command.size() == 1) {
                // param_match without parameters: there must be none. keepalived.conf(5)
                return parameters != null
                        ? ProcessCheck.Match.EXACT
                        : full ? ProcessCheck.Match.PROGRAM : ProcessCheck.Match.NAME;
            }
            return parameters == null
                    ? ProcessCheck.Match.EXACT
                    : parameters.equals("initial") ? ProcessCheck.Match.INITIAL : ProcessCheck.Match.PARTIAL;
        }
    }
}
