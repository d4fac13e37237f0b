package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.standalone.conf.Confs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private Path file(String text) throws Exception {
        return Files.writeString(directory.resolve("k.conf"), text);
    }

    @Test
    void checkSumsUpASoundFile() throws Exception {
        Path file = file(Confs.VIP
                + Confs.SERVER.replace("delay_loop", "omega\ndelay_loop")
                + "vrrp_sync_group G {\n    group {\n        VI_1\n    }\n}\n");

        assertThat(run("check", "-f", file.toString())).isZero();
        assertThat(out).hasToString("""
                %s: OK
                  vrrp_instance VI_1: VRRP version 3 on eth0, virtual_router_id 51, priority 150, addresses [10.77.0.100/24, 10.77.0.101/32]
                  vrrp_sync_group G: [VI_1]
                  virtual_server 10.77.0.100:80: wrr over 2 real servers
                """.formatted(file));
        assertThat(err)
                .asString()
                .startsWith(file + ":20: warning: omega has no effect in ha4j\n")
                .contains(file + ":33: warning: vrrp_sync_group G has one instance only")
                .hasLineCount(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "run"})
    void whatIsWrongIsPrintedWithItsLine(String command) throws Exception {
        Path file = file(Confs.VIP.replace("priority 150", "priority 300"));

        assertThat(run(command, "-f", file.toString())).isEqualTo(1);
        assertThat(err).hasToString(file + ":9: priority must be in [1, 255], but was 300\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsOneLine() {
        Path file = directory.resolve("missing.conf");

        assertThat(run("check", "-f", file.toString())).isEqualTo(1);
        assertThat(run("check", "-f", directory.toString())).isEqualTo(1);
        assertThat(err).hasToString(file + ": no such file\n" + directory + ": is a directory\n");
    }

    @Test
    void statusOfNothingIsOneLine() {
        Path socket = directory.resolve("none.sock");

        assertThat(run("status", "--admin", "unix:" + socket)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("ha4j: no instance answers at unix:" + socket)
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "check",
                "status --admin x",
                "nonsense",
                "run -f x --log-level loud",
                "run -f x --drain -1",
                "demo --rate 1"
            })
    void wrongUsageExitsWith2(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "run", "check", "status"})
    void helpHasAnExample(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: ha4j " + command).containsPattern("Examples?:\\R +ha4j " + command);
    }
}
