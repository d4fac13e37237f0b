package io.ha4j.linux;

import static io.ha4j.linux.TestLan.ip;
import static io.ha4j.linux.TestLan.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.HaException;
import io.ha4j.Subscription;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.AddressOwner;
import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against the running kernel. */
class LinkEventsTest {
    private final BlockingQueue<Link> events = new LinkedBlockingQueue<>();

    @RegisterExtension
    final TestLan lan = new TestLan();

    private Host host;

    @BeforeEach
    void open() {
        host = lan.host(lan.a);
    }

    private Subscription watch() {
        return on(host, () -> host.watchLink("eth0", events::add));
    }

    private Link link() {
        return on(host, () -> host.link("eth0"));
    }

    /** The next event that says so; those in between speak of IPv6 addresses. */
    private Link next(boolean up) throws InterruptedException {
        Link link;
        do {
            link = events.poll(10, TimeUnit.SECONDS);
            assertThat(link).as("event with up = %s", up).isNotNull();
        } while (link.up() != up);
        return link;
    }

    @Test
    void aLinkIsAsTheKernelShowsIt() {
        Link link = link();

        String shown = ip(lan.a, "-o", "link", "show", "eth0");
        assertThat(shown).contains(link.index() + ": eth0@", "link/ether " + link.hardwareAddress() + " ");
        assertThat(link.up()).isTrue();
        assertThat(link.primaryIpv4().orElseThrow().getHostAddress()).isEqualTo("10.77.0.1");
        assertThat(on(host, () -> host.link("lo")).hardwareAddress()).isEqualTo("00:00:00:00:00:00");
    }

    @Test
    void aMissingLinkIsNamed() {
        assertThatThrownBy(() -> on(host, () -> host.link("eth7")))
                .isInstanceOf(HaException.class)
                .hasMessage("no such interface: eth7 (there are: lo, eth0)");
    }

    @Test
    void carrierLostAndBack() throws InterruptedException {
        Subscription unused = watch();

        String unused1 = ip(lan.b, "link", "set", "eth0", "down");
        assertThat(next(false).addresses()).contains(link().primaryIpv4().orElseThrow());

        String unused2 = ip(lan.b, "link", "set", "eth0", "up");
        assertThat(next(true)).isEqualTo(link());
    }

    @Test
    void switchedOffAndOn() throws InterruptedException {
        Subscription unused = watch();

        String unused1 = ip(lan.a, "link", "set", "eth0", "down");
        assertThat(next(false).name()).isEqualTo("eth0");

        String unused2 = ip(lan.a, "link", "set", "eth0", "up");
        assertThat(next(true).index()).isEqualTo(link().index());
    }

    @Test
    void deletedAndMadeAgain() throws InterruptedException {
        Subscription unused = watch();
        int index = link().index();

        String unused1 = ip(lan.a, "link", "del", "eth0");
        Link gone = next(false);
        while (!gone.addresses().isEmpty()) { // the carrier goes first
            gone = next(false);
        }
        assertThat(gone.index()).isEqualTo(index);
        assertThatThrownBy(this::link).hasMessage("no such interface: eth0 (there are: lo)");

        // Something in between, so that the new one has another index.
        String unused2 = ip(lan.a, "link", "add", "veth1", "type", "veth", "peer", "name", "veth2");
        lan.connect();
        Link again = next(true);
        assertThat(again.index()).isEqualTo(link().index()).isNotEqualTo(index);
    }

    @Test
    void addressChangesAreToldAndVirtualAddressesAreNot() throws InterruptedException {
        Subscription subscription = watch();
        AddressOwner owner = on(
                host,
                () -> host.addressOwner(new AddressOwner.Spec(
                        "VI_1", "eth0", List.of(VirtualAddress.of("10.88.0.1/24")), Duration.ofSeconds(60))));
        on(host, owner::take);

        String unused = ip(lan.a, "addr", "add", "10.99.0.1/24", "dev", "eth0");
        Link link = next(true);
        while (link.addresses().stream()
                .noneMatch(address -> address.getHostAddress().equals("10.99.0.1"))) {
            link = next(true);
        }

        assertThat(link.addresses().stream().filter(Inet4Address.class::isInstance))
                .extracting(address -> address.getHostAddress())
                .containsExactly("10.77.0.1", "10.99.0.1");
        on(host, subscription::close);
        events.clear();
        String unused2 = ip(lan.a, "addr", "del", "10.99.0.1/24", "dev", "eth0");
        assertThat(link().addresses()).doesNotContainSequence(link.addresses());
        assertThat(events).isEmpty();
    }

    @Test
    void lostNotificationsAreMadeUpFor() throws Exception {
        Subscription unused = watch();
        // While the loop is held up, far more happens than its socket can hold.
        on(host, () -> {
            Path batch = Path.of(System.getProperty("java.io.tmpdir"), lan.a + ".batch");
            try {
                StringBuilder commands = new StringBuilder("link set eth0 down\n");
                for (int i = 0; i < 3000; i++) {
                    commands.append(
                            "addr add 10.1.1.%d/32 dev lo\naddr del 10.1.1.%d/32 dev lo\n".formatted(i % 250, i % 250));
                }
                Files.writeString(batch, commands);
                String unused2 = ip(lan.a, "-batch", batch.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                batch.toFile().delete();
            }
        });
        assertThat(next(false).name()).isEqualTo("eth0");
        assertThat(on(host, () -> host.link("lo")).up()).isTrue();
    }
}
