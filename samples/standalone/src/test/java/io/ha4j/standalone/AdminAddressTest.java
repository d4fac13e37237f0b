package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AdminAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.2:8405, 127.0.0.2:8405",
        "0.0.0.0:1, 0.0.0.0:1",
        "[0:0::1]:8405, [::1]:8405",
        "unix:/run/x.sock, unix:/run/x.sock"
    })
    void reads(String text, String address) {
        assertThat(new AdminAddress.Converter().convert(text)).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8405", ":8405"})
    void aPortAloneIsOnLoopback(String text) {
        assertThat(new AdminAddress.Converter().convert(text).toString()).matches("(127\\.0\\.0\\.1|\\[.*:1\\]):8405");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "host:", "127.0.0.1:65536", "127.0.0.1:-1", "unix:", "999.1.1.1.example.invalid:1"})
    void refuses(String text) {
        assertThatThrownBy(() -> new AdminAddress.Converter().convert(text))
                .isInstanceOf(TypeConversionException.class);
    }

    @Test
    void refusesAPathThatTheKernelCannotTake() {
        assertThatThrownBy(() -> new AdminAddress.Converter().convert("unix:/" + "x".repeat(107)))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("1 to 107 characters");
    }

    @Test
    void theDefaultDependsOnTheUser(@TempDir Path directory) throws Exception {
        Object uid = Files.getAttribute(directory, "unix:uid");
        boolean root = uid.equals(0);

        assertThat(AdminAddress.standard(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), directory))
                .hasToString(root ? "unix:/run/ha4j/admin.sock" : "unix:/run/user/7/ha4j.sock");
        assertThat(AdminAddress.standard(Map.of(), directory))
                .hasToString(root ? "unix:/run/ha4j/admin.sock" : "unix:/tmp/ha4j-" + uid + "/admin.sock");
    }
}
