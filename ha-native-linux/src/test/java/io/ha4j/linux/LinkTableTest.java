package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.spi.Link;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinkTableTest {
    private static final int UP = LinkMessage.IFF_UP | LinkMessage.IFF_LOWER_UP;
    private static final int AF_BRIDGE = 7;

    private final LinkTable table = new LinkTable(address -> address.origin() == LeasedAddress.ORIGIN);

    private void link(int type, int family, int index, int flags, String name) {
        ByteBuffer body = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        body.put((byte) family).position(4).putInt(index).putInt(flags).putInt(0);
        body.putShort((short) (4 + octets.length + 1))
                .putShort((short) 3)
                .put(octets)
                .put((byte) 0);
        apply(type, body.flip());
    }

    private @Nullable AddressMessage address(int type, int index, String literal, int flags, int origin) {
        NetlinkBatch batch = new NetlinkBatch(256).reset(1).begin(type, 0);
        new AddressMessage(TestLan.address(literal), 24, index, flags, 0, null, null, origin, AddressMessage.FOREVER)
                .pack(batch);
        batch.end();
        int length = batch.length() - NetlinkHeader.SIZE;
        return apply(type, batch.bytes().slice(NetlinkHeader.SIZE, length));
    }

    private @Nullable AddressMessage apply(int type, ByteBuffer body) {
        NetlinkHeader header = new NetlinkHeader(16 + body.remaining(), type, 0, 0, 0);
        return table.apply(header, body.order(ByteOrder.nativeOrder()));
    }

    private List<String> addresses() {
        Link link = table.link("eth0");
        assertThat(link).isNotNull();
        return link.addresses().stream()
                .map(address -> address.getHostAddress())
                .toList();
    }

    @Test
    void primaryAddressesComeFirstAndOursNotAtAll() {
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "eth0");
        address(AddressMessage.RTM_NEWADDR, 2, "10.0.0.3", AddressMessage.IFA_F_SECONDARY, 0);
        address(AddressMessage.RTM_NEWADDR, 2, "10.0.0.100", 0, LeasedAddress.ORIGIN);
        address(AddressMessage.RTM_NEWADDR, 2, "10.0.0.1", 0, 0);
        address(AddressMessage.RTM_NEWADDR, 3, "10.0.0.9", 0, 0);

        assertThat(addresses()).containsExactly("10.0.0.1", "10.0.0.3");
        assertThat(table.find(TestLan.address("10.0.0.100"))).hasSize(1);

        // Promoted: the same address with other flags.
        assertThat(address(AddressMessage.RTM_DELADDR, 2, "10.0.0.1", 0, 0)).isNotNull();
        address(AddressMessage.RTM_NEWADDR, 2, "10.0.0.3", 0, 0);
        assertThat(addresses()).containsExactly("10.0.0.3");
    }

    @Test
    void aRemovalIsToldOnce() {
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "eth0");
        address(AddressMessage.RTM_NEWADDR, 2, "10.0.0.1", 0, 0);

        assertThat(address(AddressMessage.RTM_DELADDR, 2, "10.0.0.1", 0, 0)).isNotNull();
        assertThat(address(AddressMessage.RTM_DELADDR, 2, "10.0.0.1", 0, 0)).isNull();
    }

    @Test
    void aDeletedLinkTakesItsAddressesAlong() {
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "eth0");
        address(AddressMessage.RTM_NEWADDR, 2, "10.0.0.1", 0, 0);
        link(LinkMessage.RTM_DELLINK, 0, 2, 0, "eth0");
        assertThat(table.link("eth0")).isNull();

        link(LinkMessage.RTM_NEWLINK, 0, 5, 0, "eth0");
        assertThat(addresses()).isEmpty();
        assertThat(table.link("eth0")).isEqualTo(new Link("eth0", 5, false, "", List.of()));
    }

    @Test
    void leavingABridgeIsNotTheEndOfALink() {
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "eth0");
        link(LinkMessage.RTM_DELLINK, AF_BRIDGE, 2, 0, "eth0");
        assertThat(table.names()).containsExactly("eth0");
    }

    @Test
    void aLinkMayChangeItsName() {
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "eth0");
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "lan0");
        assertThat(table.names()).containsExactly("lan0");
        assertThat(table.nameOf(2)).isEqualTo("lan0");
    }

    @Test
    void aWatchTellsOfChangesOnly() {
        List<Link> events = new ArrayList<>();
        List<LinkWatch> watches = new ArrayList<>();
        LinkWatch watch = new LinkWatch("eth0", table.link("eth0"), events::add, watches);
        watches.add(watch);

        watch.update(table.link("eth0")); // still not there
        assertThat(events).isEmpty();
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "eth0");
        watch.update(table.link("eth0"));
        watch.update(table.link("eth0"));
        assertThat(events).containsExactly(new Link("eth0", 2, true, "", List.of()));
        link(LinkMessage.RTM_DELLINK, 0, 2, 0, "eth0");
        watch.update(table.link("eth0"));
        watch.update(table.link("eth0"));
        assertThat(events).hasSize(2).last().isEqualTo(new Link("eth0", 2, false, "", List.of()));

        watch.close();
        link(LinkMessage.RTM_NEWLINK, 0, 2, UP, "eth0");
        watch.update(table.link("eth0"));
        assertThat(events).hasSize(2);
        assertThat(watches).isEmpty();
    }
}
