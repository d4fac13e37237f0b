package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.DeathDetection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeathDetectionReaderTest {
    @TempDir
    Path directory;

    private static String conf(String secret) {
        return Confs.VIP.replace(
                "priority 150", "priority 150\nha4j {\ndeath_detection {\nport 7112\n" + secret + "\n}\n}");
    }

    private static @Nullable DeathDetection read(String secret) throws ConfException {
        return Configuration.parse("f", conf(secret))
                .instances()
                .get(0)
                .router()
                .deathDetection();
    }

    private Path file(String permissions, byte[] content) throws IOException {
        Path file = directory.resolve("secret");
        Files.write(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static List<String> problems(String secret) {
        return Confs.problems(conf(secret));
    }

    @Test
    void theSecretIsInTheFileOrInAnother() throws IOException, ConfException {
        assertThat(read("secret \"correct horse battery staple\""))
                .isEqualTo(new DeathDetection(7112, "correct horse battery staple"));
        Path file = file("rw-r-----", "correct horse battery staple\n".getBytes(StandardCharsets.UTF_8));
        assertThat(read("secret_file " + file)).isEqualTo(new DeathDetection(7112, "correct horse battery staple"));
    }

    @Test
    void aFileThatEverybodyCanReadIsRefused() throws IOException {
        Path file = file("rw-r--r--", "correct horse battery staple\n".getBytes(StandardCharsets.UTF_8));
        assertThat(problems("secret_file " + file))
                .containsExactly("f:13: secret_file " + file + " can be read by everybody: chmod o-r " + file);
    }

    @Test
    void whatIsNoSecretIsRefused() throws IOException {
        assertThat(problems("secret_file /nowhere")).containsExactly("f:13: secret_file /nowhere does not exist");
        assertThat(problems("secret_file " + file("rw-------", new byte[] {(byte) 0xff, (byte) 0xfe})))
                .singleElement()
                .asString()
                .endsWith(" is not text in UTF-8");
        assertThat(problems("secret_file " + file("rw-------", new byte[5000])))
                .singleElement()
                .asString()
                .endsWith(" must be a file of at most 4096 bytes");
        assertThat(problems("secret_file " + file("rw-------", new byte[0])))
                .containsExactly("f:13: secret of deathDetection must have 16 to 1024 bytes in UTF-8, but had 0");
    }
}
