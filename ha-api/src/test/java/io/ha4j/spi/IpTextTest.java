package io.ha4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpTextTest {
    @ParameterizedTest
    @CsvSource({
        "10.77.0.1, 10.77.0.1",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "fe80:0:0:0:0:0:0:0, fe80::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", // RFC 5952 §4.2.2: not one group alone
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1", // §4.2.3: the longest
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1", // §4.2.3: the first of two
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::"
    })
    void isAsRfc5952WritesIt(String literal, String expected) throws UnknownHostException {
        assertThat(IpText.of(InetAddress.getByName(literal))).isEqualTo(expected);
    }

    @Test
    void hasNoZone() throws UnknownHostException {
        byte[] octets = InetAddress.getByName("fe80::1").getAddress();
        assertThat(IpText.of(Inet6Address.getByAddress(null, octets, 2))).isEqualTo("fe80::1");
    }
}
