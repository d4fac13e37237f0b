package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.HaUnavailableException;
import io.ha4j.spi.HostProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LinuxHostProviderTest {
    /** Prints what a process of the given kind is told. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            for (HostProvider provider : ServiceLoader.load(HostProvider.class)) {
                Throwable cause = provider.unavailabilityCause();
                System.out.println(cause == null ? "available" : cause.getMessage());
            }
        }
    }

    private static String run(String... before) throws Exception {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                java(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.trim();
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElseThrow();
    }

    @Test
    void otherSystemsAreToldSo() {
        String real = System.getProperty("os.name");
        System.setProperty("os.name", "Windows 11");
        try {
            assertThat(new LinuxHostProvider().unavailabilityCause())
                    .isInstanceOf(HaUnavailableException.class)
                    .hasMessage("ha4j groups need Linux; this is Windows 11");
        } finally {
            System.setProperty("os.name", real);
        }
    }

    @Test
    void missingCapabilitiesAreNamedWithTheWayToGrantThem() throws Exception {
        assumePrivileged();
        String grant = ": grant it with `sudo setcap cap_net_admin,cap_net_raw+ep " + java()
                + "` (if java then does not find libjli.so, name its lib directory in /etc/ld.so.conf.d and run"
                + " ldconfig), or in the systemd unit with `AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW`";

        assertThat(run("setpriv", "--bounding-set", "-net_raw,-net_admin"))
                .isEqualTo("this process lacks CAP_NET_ADMIN and CAP_NET_RAW" + grant);
        assertThat(run("setpriv", "--bounding-set", "-net_raw")).isEqualTo("this process lacks CAP_NET_RAW" + grant);
    }

    @Test
    void bothCapabilitiesAreEnough() throws Exception {
        assumePrivileged();
        assertThat(run("setpriv", "--bounding-set", "-all,+net_raw,+net_admin")).isEqualTo("available");
    }

    private static void assumePrivileged() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to drop capabilities");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv (util-linux)");
    }
}
