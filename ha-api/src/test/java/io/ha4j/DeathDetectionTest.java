package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DeathDetectionTest {
    @Test
    void portAndSecretHaveTheirRanges() {
        VirtualRouter.Builder router = VirtualRouter.on("eth0").id(51);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> router.deathDetection(0, "0123456789abcdef"))
                .withMessage("port of deathDetection must be in [1, 65535], but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> router.deathDetection(65536, "0123456789abcdef"))
                .withMessage("port of deathDetection must be in [1, 65535], but was 65536");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> router.deathDetection(7112, "0123456789abcde"))
                .withMessage("secret of deathDetection must have 16 to 1024 bytes in UTF-8, but had 15");
        assertThat(router.deathDetection(7112, "äöüäöüäö").build().deathDetection())
                .isEqualTo(new DeathDetection(7112, "äöüäöüäö"));
    }

    @Test
    void theSecretIsNotInTheText() {
        VirtualRouter router = VirtualRouter.on("eth0")
                .id(51)
                .deathDetection(7112, "0123456789abcdef")
                .build();
        assertThat(router.toString()).contains("port=7112").doesNotContain("0123456789abcdef");
    }
}
