package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.hex;
import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.ChecksumForm;
import io.ha4j.GroupEvent;
import io.ha4j.Mismatch;
import io.ha4j.SimplePassword;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Version 2 with the simple password "1234". */
class PasswordTest {
    private static final InetAddress PEER = ip("10.77.0.1");
    private static final VirtualRouter ROUTER = VirtualRouter.on("eth0")
            .id(51)
            .version(2)
            .priority(150)
            .password("1234")
            .build();
    private static final List<VirtualAddress> ADDRESSES = List.of(VirtualAddress.of("10.77.0.100/24"));
    // As keepalived sent it.
    private static final String GOLDEN = "21 33 96 01 01 01 d8b2 0a4d0064 3132333400000000";

    private final Counters counters = new Counters();
    private final List<GroupEvent> events = new ArrayList<>();

    private boolean hears(String packet) {
        GroupEvents raised = new GroupEvents("VI_1", ADDRESSES, events::add, new FakeLoop());
        return new AdvertReceiver(ROUTER, ADDRESSES, counters, raised)
                        .receive(ByteBuffer.wrap(hex(packet)), PEER, Family.IPV4.group(), 255)
                != null;
    }

    @Test
    void readsAndWritesTheGoldenVector() {
        assertThat(hears(GOLDEN)).isTrue();
        assertThat(events).isEmpty();

        ByteBuffer packed = VrrpCodec.encode(
                new Advertisement(
                        2, 51, 150, 1, Duration.ofSeconds(1), List.of(ip("10.77.0.100")), ChecksumForm.MESSAGE_ONLY),
                PEER,
                Family.IPV4.group(),
                new SimplePassword("1234").data());
        assertThat(hex(packed)).isEqualTo(hex(ByteBuffer.wrap(hex(GOLDEN))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "21 33 96 01 0301 d6b2 0a4d0064 3132333400000000 | invalidAuthType  | must be in [0, 2], but was 3",
                "21 33 96 01 0001 3e19 0a4d0064 0000000000000000 | authTypeMismatch | must be 1 (simple password), but was 0",
                "21 33 96 01 0201 d7b2 0a4d0064 3132333400000000 | authTypeMismatch | must be 1 (simple password), but was 2",
                "21 33 96 01 0101 d8b1 0a4d0064 3132333500000000 | authFailures     | its password is another one",
                "21 33 96 01 0101 d881 0a4d0064 3132333400310000 | authFailures     | its password is another one"
            })
    void whatDoesNotAuthenticateIsDropped(String packet, String counter, String detail) {
        assertThat(hears(packet)).isFalse();

        assertThat(events).singleElement().isInstanceOfSatisfying(GroupEvent.MismatchHeard.class, it -> {
            assertThat(it.mismatch().kind()).isEqualTo(Mismatch.Kind.AUTHENTICATION);
            assertThat(it.mismatch().detail()).contains(detail).doesNotContain("1234");
        });
    }
}
