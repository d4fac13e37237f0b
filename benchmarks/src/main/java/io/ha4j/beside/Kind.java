package io.ha4j.beside;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who speaks VRRP; both read the same configuration. */
enum Kind {
    KEEPALIVED("keepalived"),
    HA4J("ha4j");

    final String title;

    Kind(String title) {
        this.title = title;
    }

    /** Starts it in the foreground, as a user would; its pid is its own. */
    LabProcess start(LabHost host, Path directory, String configuration) throws IOException {
        Path base = Files.createTempDirectory(directory, "run").resolve(host.name()); // keepalived minds old pid files
        Path file = Files.writeString(Path.of(base + ".conf"), configuration);
        List<String> command = this == HA4J
                ? List.of(
                        Path.of("ha4j").toAbsolutePath().toString(), "run", "-f", "" + file, "--admin", "unix:" + base)
                : List.of(
                        "keepalived",
                        "--dont-fork",
                        "--log-console",
                        "--no-syslog",
                        "--vrrp",
                        "--use-file=" + file,
                        "--pid=" + base + ".pid",
                        "--vrrp_pid=" + base + "-vrrp.pid");
        return host.start(title + "@" + host.name(), command, line -> {});
    }

    /** Sends it and its children a signal, for example {@code STOP}. */
    static void signal(LabProcess process, String signal) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal, "" + process.pid()));
        ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .forEach(child -> command.add("" + child.pid()));
        new ProcessBuilder(command).inheritIO().start().onExit().join();
    }

    /** Kills it without warning, and its children with it. */
    static void kill(LabProcess process) {
        List<ProcessHandle> children = ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        process.kill();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
