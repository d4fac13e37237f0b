package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualAddressTest {
    @Test
    void anAddressWithoutPrefixIsAHostAddress() {
        assertThat(VirtualAddress.of("10.0.0.100").prefixLength()).isEqualTo(32);
        assertThat(VirtualAddress.of("2001:db8::1").prefixLength()).isEqualTo(128);
    }

    @Test
    void keepsItsPrefixInterfaceAndLabel() {
        VirtualAddress address = VirtualAddress.of("10.0.0.100/24").on("eth1").labelled("eth1:web");
        assertThat(address).hasToString("10.0.0.100/24");
        assertThat(address.interfaceName()).isEqualTo("eth1");
        assertThat(address.label()).isEqualTo("eth1:web");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.1/33",
                "10.0.0.1/",
                "10.0.0.1/x",
                "10.0.0.1/-1",
                "::/0",
                "224.0.0.18",
                "127.0.0.1/8",
                "0.0.0.0",
                "2001:db8::1/129",
                "",
                "/24",
                "1.2.3.4.5",
                ":::",
                "12345::"
            })
    void refusesWhatIsNoUnicastAddressAndSaysWhatItWas(String text) {
        String shown = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualAddress.of(text))
                .withMessageContaining(shown);
    }

    @Test
    void refusesALabelThatTheKernelWouldRefuse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualAddress.of("10.0.0.1/24").labelled("eth0:0123456789a"))
                .withMessage("label must have at most 15 characters, but was eth0:0123456789a");
    }
}
