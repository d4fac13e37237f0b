package io.ha4j.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in nftables' family {@code netdev}, whoever put it there. */
final class NftDump {
    private static final Logger log = LoggerFactory.getLogger(NftDump.class);
    private static final int NFGENMSG = 4;

    private NftDump() {}

    /** The names of all tables. */
    static Set<String> tables(NetlinkClient client) {
        Set<String> names = new HashSet<>();
        client.dump(NftTransaction.GETTABLE, request(), names::clear, (header, body) -> {
            NetlinkAttributes attributes = attributes(body);
            while (attributes.next()) {
                if (attributes.type() == 1) { // NFTA_TABLE_NAME
                    names.add(attributes.string());
                }
            }
        });
        return names;
    }

    /** The addresses in a set. */
    static List<InetAddress> elements(NetlinkClient client, String table, String set) {
        List<InetAddress> addresses = new ArrayList<>();
        client.dump(
                NftTransaction.GETSETELEM,
                request(table, set),
                addresses::clear,
                (header, body) -> keys(body, addresses));
        return addresses;
    }

    private static void keys(ByteBuffer body, List<InetAddress> into) {
        NetlinkAttributes attributes = attributes(body);
        while (attributes.next()) {
            if (attributes.type() != 3) { // NFTA_SET_ELEM_LIST_ELEMENTS
                continue;
            }
            NetlinkAttributes elements = attributes.nested();
            while (elements.next()) {
                NetlinkAttributes element = elements.nested();
                while (element.next()) {
                    if (element.type() == 1) { // NFTA_SET_ELEM_KEY
                        address(element.nested(), into);
                    }
                }
            }
        }
    }

    private static void address(NetlinkAttributes value, List<InetAddress> into) {
        if (value.next()) {
            try {
                into.add(InetAddress.getByAddress(value.octets()));
            } catch (UnknownHostException e) {
                log.debug("no address: {} octets", value.octets().length);
            }
        }
    }

    private static NetlinkAttributes attributes(ByteBuffer body) {
        int header = Math.min(NFGENMSG, body.limit());
        return new NetlinkAttributes(body.slice(header, body.limit() - header).order(body.order()));
    }

    /** {@code struct nfgenmsg} and, as attributes 1 and 2, a table and a set. */
    private static byte[] request(String... names) {
        NetlinkBatch scratch = new NetlinkBatch(1024);
        scratch.body().put((byte) NftTransaction.NFPROTO_NETDEV).put(new byte[NFGENMSG - 1]);
        for (int i = 0; i < names.length; i++) {
            scratch.string(i + 1, names[i]);
        }
        byte[] request = new byte[scratch.length()];
        scratch.bytes().get(0, request);
        return request;
    }
}
