package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.0.0.0/8, ::10.0.0.1, false",
        "192.0.2.64/26, 192.0.2.127, true",
        "192.0.2.64/26, 192.0.2.128, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 192.0.2.2, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 2001:db8::1, true",
        "2001:db8::1, 2001:db8::1, true",
    })
    void contains(String network, String address, boolean expected) {
        assertThat(IpNetwork.of(network).contains(IpLiteral.parse(address))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, 'prefix length of 10.0.0.0 must be in [0, 32], but was 33'",
        "10.0.0.0/, prefix length of 10.0.0.0/ must be a number",
        "10.0.0.0/-1, prefix length of 10.0.0.0/-1 must be a number",
        "10.0.0.0/99999, prefix length of 10.0.0.0/99999 must be a number",
        "'10.1.0.0/15', 'network must have no bit set beyond its prefix, but was 10.1.0.0/15'",
        "ten, 'address must be a literal IPv4 or IPv6 address, but was ten'",
    })
    void refuses(String text, String message) {
        assertThatThrownBy(() -> IpNetwork.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
