package io.ha4j.standalone.conf;

import io.ha4j.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads what a check expects of a TLS server; keepalived has no words for it. */
final class TlsReader {
    private final Problems problems;
    private final Values values;
    private @Nullable String serverName;
    private boolean verify;
    private @Nullable Path caFile;

    TlsReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    Block readIn(Block block) {
        return block.on("verify", line -> verify = values.nothing(line)).on("ca_file", line -> {
            String word = values.word(line);
            caFile = word == null || word.isBlank() || word.indexOf('\0') >= 0 ? null : Path.of(word);
            if (caFile != null && !Files.isReadable(caFile)) {
                problems.error(line.line(), "ca_file " + word + " cannot be read");
            }
        });
    }

    boolean verifies() {
        return verify;
    }

    /** The name to ask for. */
    void serverName(@Nullable String name) {
        serverName = name;
    }

    /** Null, after saying why, if that cannot be. */
    @Nullable
    TlsSettings settings(Statement owner) {
        try {
            return new TlsSettings(serverName, verify, caFile);
        } catch (IllegalArgumentException e) {
            problems.error(owner.line(), owner.keyword() + ": " + e.getMessage());
            return null;
        }
    }
}
