package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples are valid here and, but for the relay, in keepalived's own eyes. */
class KeepalivedAgreesTest {
    private static final Path KEEPALIVED = Path.of("/usr/sbin/keepalived");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"vip.conf", "vip-and-balancer.conf", "balancer.conf", "web.conf"})
    void theExamplesAreValid(String name) throws Exception {
        String text = Files.readString(Path.of("examples", name));

        assertThat(Configuration.parse(name, text).warnings()).isEmpty();
        assumeTrue(Files.isExecutable(KEEPALIVED), "keepalived is not installed");
        assertThat(complaints(text.replace("lb_kind RELAY", "lb_kind NAT"))).isEmpty();
    }

    @Test
    void theOptionsOfAddressesAreKeepalivedsOwn() throws Exception {
        assumeTrue(Files.isExecutable(KEEPALIVED), "keepalived is not installed");

        assertThat(complaints(Confs.ADDRESS_OPTIONS.replace("dev eth1 label eth1:x", "")))
                .isEmpty();
    }

    @Test
    void theRoutesAreKeepalivedsOwn() throws Exception {
        assumeTrue(Files.isExecutable(KEEPALIVED), "keepalived is not installed");

        assertThat(complaints(Confs.ROUTES.replace(" gw ", " via "))).isEmpty();
    }

    @Test
    void keepalivedDoesComplain() throws Exception {
        assumeTrue(Files.isExecutable(KEEPALIVED), "keepalived is not installed");

        assertThat(complaints(Confs.VIP.replace("priority 150", "prioritty 150")))
                .anyMatch(line -> line.contains("Unknown keyword 'prioritty'"));
    }

    private List<String> complaints(String text) throws Exception {
        return complaints(directory, text);
    }

    static boolean isInstalled() {
        return Files.isExecutable(KEEPALIVED);
    }

    static List<String> complaints(Path directory, String text) throws Exception {
        Path file = Files.writeString(directory.resolve("k.conf"), text);
        Process keepalived = new ProcessBuilder(KEEPALIVED.toString(), "-t", "-f", file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(keepalived.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        keepalived.waitFor();
        return output.lines()
                .filter(line -> !line.isBlank())
                .filter(line ->
                        !line.matches(".*(doesn't exist|Unknown interface!|default user 'keepalived_script').*"))
                .filter(line -> !line.matches(".*(SECURITY VIOLATION|Non-existent interface|cannot track route).*"))
                .toList();
    }
}
