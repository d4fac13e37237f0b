package io.ha4j.standalone.conf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whom a script runs as: {@code USERNAME [GROUPNAME]}. Another user than this process's own is changed to by
 * setpriv(1), which becomes the script and is no process of its own.
 *
 * @param prefix what to put before the command; empty for this process's user
 */
record ScriptUser(List<String> prefix) {
    static final ScriptUser OWN = new ScriptUser(List.of());

    /** @param words the user and perhaps a group; null, after saying why, if there is no such user */
    static @Nullable ScriptUser read(Statement statement, List<String> words, Problems problems) {
        if (words.isEmpty() || words.size() > 2) {
            problems.error(
                    statement.line(),
                    statement.keyword() + " needs a user and may have a group, but has " + words.size() + " words");
            return null;
        }
        String user = words.get(0);
        String group = id("-g", user);
        String number = id("-u", user);
        if (group == null || number == null) {
            problems.error(statement.line(), "there is no user " + user);
            return null;
        }
        group = words.size() == 2 ? words.get(1) : group;
        if (number.equals(id("-u")) && words.size() == 1) {
            return OWN;
        }
        return new ScriptUser(List.of("setpriv", "--reuid=" + number, "--regid=" + group, "--init-groups"));
    }

    List<String> runs(List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    /** What id(1) says; it asks whatever the system has its users in. Null if it fails. */
    private static @Nullable String id(String... arguments) {
        List<String> command = new ArrayList<>(List.of("id"));
        command.addAll(List.of(arguments));
        try {
            Process id = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return id.waitFor(10, TimeUnit.SECONDS) && id.exitValue() == 0 ? answer : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
