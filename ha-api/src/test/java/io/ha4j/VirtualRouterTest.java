package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class VirtualRouterTest {
    @Test
    void defaultsAreVersion3Priority100OneSecondPreempting() {
        VirtualRouter router = VirtualRouter.on("eth0").id(51).build();
        assertThat(router)
                .isEqualTo(new VirtualRouter(
                        "eth0",
                        51,
                        3,
                        100,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        true,
                        Duration.ZERO,
                        Duration.ZERO,
                        true,
                        null,
                        ChecksumForm.PSEUDO_HEADER,
                        null,
                        null,
                        null,
                        null));
    }

    @Test
    void theIdMustBeGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualRouter.on("eth0").build())
                .withMessage("virtual router id must be in [1, 255], but was 0");
    }

    @Test
    void theLeaseIsBoundedByTheInterval() {
        VirtualRouter.Builder router = VirtualRouter.on("eth0").id(51).advertisementInterval(Duration.ofMillis(100));
        assertThat(router.build().lease()).isEqualTo(Duration.ofMillis(300));
        assertThat(router.lease(Duration.ofMillis(150)).build().lease()).isEqualTo(Duration.ofMillis(150));
        for (int millis : new int[] {149, 301}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> router.lease(Duration.ofMillis(millis)).build())
                    .withMessage("lease must be in [150 ms, 300 ms], 1.5 to 3 advertisement intervals, but was "
                            + millis + ".0 ms");
        }
    }

    @Test
    void priorityIsBounded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualRouter.on("eth0").id(1).priority(300).build())
                .withMessage("priority must be in [1, 255], but was 300");
    }

    @Test
    void version2HasWholeSeconds() {
        VirtualRouter.Builder builder = VirtualRouter.on("eth0").id(1).version(2);
        assertThat(builder.advertisementInterval(Duration.ofSeconds(255))
                        .build()
                        .version())
                .isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder.advertisementInterval(Duration.ofMillis(1500)).build())
                .withMessageContaining("version 2")
                .withMessageContaining("1500.0 ms");
    }

    @Test
    void version3HasCentisecondsUpTo4095() {
        VirtualRouter.Builder builder = VirtualRouter.on("eth0").id(1);
        builder.advertisementInterval(Duration.ofMillis(40_950)).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder.advertisementInterval(Duration.ofMillis(40_960)).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder.advertisementInterval(Duration.ofMillis(15)).build())
                .withMessageContaining("steps of 10 ms, but was 15.0 ms");
    }

    @Test
    void anInterfaceNameFitsTheKernels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualRouter.on("").id(1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualRouter.on("0123456789abcdef").id(1).build());
    }

    @Test
    void thePasswordIsOfVersion2AndNotShown() {
        VirtualRouter router =
                VirtualRouter.on("eth0").id(1).version(2).password("1234").build();

        assertThat(router.password()).isEqualTo(new SimplePassword("1234"));
        assertThat(router.toString()).doesNotContain("1234");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> VirtualRouter.on("eth0").id(1).password("1234").build())
                .withMessage("password must not be given with version 3, which has no authentication (RFC 9568 §9)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SimplePassword("123456789"))
                .withMessage("password must be 1 to 8 characters of ASCII, but had 9 characters");
    }
}
