package io.ha4j.linux;

import io.ha4j.HaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the IPv4 settings of links over rtnetlink. Loop thread only. */
final class Ipv4Settings {
    private static final int IFLA_AF_SPEC = 26; // linux/if_link.h
    private static final int IFLA_INET_CONF = 1;

    private final NetlinkClient client;

    Ipv4Settings(NetlinkClient client) {
        this.client = client;
    }

    /** @throws HaException if the kernel does not tell */
    Map<Ipv4Setting, Integer> read(LinkMessage link) {
        Map<Ipv4Setting, Integer> found = new EnumMap<>(Ipv4Setting.class);
        byte[] header = ByteBuffer.allocate(LinkMessage.HEADER) // struct ifinfomsg
                .order(ByteOrder.nativeOrder())
                .putInt(4, link.index())
                .array();
        client.get(LinkMessage.RTM_GETLINK, header, (answer, body) -> {
            if (answer.type() == LinkMessage.RTM_NEWLINK && body.remaining() >= LinkMessage.HEADER) {
                found.putAll(parse(body));
            }
        });
        if (found.isEmpty()) {
            throw new HaException("the kernel does not tell the IPv4 settings of " + link.name());
        }
        return found;
    }

    /** Of an RTM_NEWLINK; empty if it has none. */
    static Map<Ipv4Setting, Integer> parse(ByteBuffer body) {
        Map<Ipv4Setting, Integer> found = new EnumMap<>(Ipv4Setting.class);
        NetlinkAttributes families = find(
                new NetlinkAttributes(body.slice(LinkMessage.HEADER, body.limit() - LinkMessage.HEADER)
                        .order(body.order())),
                IFLA_AF_SPEC);
        NetlinkAttributes ipv4 = families == null ? null : find(families, SocketAddresses.AF_INET);
        while (ipv4 != null && ipv4.next()) {
            if (ipv4.type() == IFLA_INET_CONF) { // here an array, from number 1 on
                ByteBuffer values = ByteBuffer.wrap(ipv4.octets()).order(ByteOrder.nativeOrder());
                for (Ipv4Setting setting : Ipv4Setting.values()) {
                    int at = (setting.number() - 1) * Integer.BYTES;
                    if (at + Integer.BYTES <= values.capacity()) {
                        found.put(setting, values.getInt(at));
                    }
                }
            }
        }
        return found;
    }

    private static @Nullable NetlinkAttributes find(NetlinkAttributes attributes, int type) {
        while (attributes.next()) {
            if (attributes.type() == type) {
                return attributes.nested();
            }
        }
        return null;
    }

    /** @throws HaException if the kernel refuses */
    void write(LinkMessage link, Map<Ipv4Setting, Integer> values) {
        if (values.isEmpty()) {
            return;
        }
        NetlinkBatch batch = client.batch();
        MacvlanMessage.set(batch, link.index(), values);
        NetlinkAck ack = client.send(batch).get(0);
        if (ack.refused()) {
            throw new KernelException("set " + values + " on " + link.name(), ack.errno(), ack.detail());
        }
    }
}
