package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallPartsTest {
    @TempDir
    Path directory;

    @Test
    void gratuitousArp() {
        ByteBuffer frame = ByteBuffer.allocate(GratuitousArp.LENGTH);
        byte[] hardwareAddress = HexFormat.of().parseHex("02000000004d");
        GratuitousArp.pack(frame, hardwareAddress, (Inet4Address) TestLan.address("10.77.0.100"));

        assertThat(HexFormat.of().formatHex(frame.array()))
                .isEqualTo(
                        "0001" // Ethernet
                                + "0800" // IPv4
                                + "06" + "04" // lengths
                                + "0001" // request
                                + "02000000004d" + "0a4d0064" // sender
                                + "ffffffffffff" + "0a4d0064"); // target
    }

    @ParameterizedTest
    @CsvSource({
        "000001ffffffffff,",
        "0000000000003000,",
        "0000000000000000,CAP_NET_ADMIN CAP_NET_RAW",
        "0000000000001000,CAP_NET_RAW",
        "0000000000002000,CAP_NET_ADMIN",
        "nonsense,"
    })
    void capabilities(String effective, String missing) throws IOException {
        Path status = Files.writeString(
                directory.resolve("status"), "Name:\tjava\nCapPrm:\t0000000000000000\nCapEff:\t" + effective + "\n");
        assertThat(String.join(" ", Capabilities.missing(status))).isEqualTo(missing == null ? "" : missing);
        assertThat(Capabilities.missing(directory.resolve("none"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6.1.0-18-amd64,6,1", "5.18,5,18", "6.18.44-fc-v657,6,18", "what,0,0"})
    void kernelReleases(String text, int major, int minor) {
        assertThat(KernelRelease.parse(text)).isEqualTo(new KernelRelease(major, minor));
    }

    @Test
    void kernelReleasesCompare() {
        assertThat(new KernelRelease(5, 18).atLeast(5, 18)).isTrue();
        assertThat(new KernelRelease(6, 1).atLeast(5, 18)).isTrue();
        assertThat(new KernelRelease(5, 17).atLeast(5, 18)).isFalse();
        assertThat(new KernelRelease(4, 19).atLeast(5, 18)).isFalse();
    }

    @Test
    void errors() {
        assertThat(new KernelException("bind(raw 112 on eth0)", Errno.ENODEV))
                .hasMessage("bind(raw 112 on eth0): ENODEV (No such device)");
        assertThat(new KernelException("add", 1, "not you"))
                .hasMessage("add: EPERM (Operation not permitted): not you");
        assertThat(Errno.describe(999)).isEqualTo("errno 999");
    }

    @Test
    void addressObjectsAreUsedAgain() {
        Inet4Cache cache = new Inet4Cache();
        assertThat(cache.get(0x0a4d0001)).isSameAs(cache.get(0x0a4d0001));
        assertThat(cache.get(0).getHostAddress()).isEqualTo("0.0.0.0");
        for (int i = 0; i < 10_000; i++) {
            assertThat(cache.get(0x0a000000 + i).getHostAddress()).isEqualTo("10.0." + i / 256 + "." + i % 256);
        }
    }
}
