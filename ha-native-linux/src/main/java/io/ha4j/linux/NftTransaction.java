package io.ha4j.linux;

import io.ha4j.HaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes to nftables, of one family, that take effect together or not at all
 * (linux/netfilter/nfnetlink.h, nf_tables.h). One is to be committed before the next of its client is begun.
 */
final class NftTransaction {
    static final int OWNED = 0x2; // NFT_TABLE_F_OWNER: the kernel deletes the table when the client's socket closes

    static final int INGRESS = 0; // linux/netfilter.h
    static final int EGRESS = 1;

    /**
     * A set or map; {@code nft list} prints the keys by their types (nftables' enum datatypes, six bits for each part
     * of a concatenation).
     *
     * @param flags NFT_SET_*
     * @param dataLength 0 for a set
     * @param size the most elements of a set that rules change
     */
    record SetSpec(String name, int flags, int keyType, int keyLength, int dataType, int dataLength, int size) {
        SetSpec(String name, int flags, int keyType, int keyLength, int dataType, int dataLength) {
            this(name, flags, keyType, keyLength, dataType, dataLength, DYNAMIC_SIZE);
        }
    }

    static final int SET_MAP = 0x8; // NFT_SET_*
    static final int SET_TIMEOUT = 0x10;
    static final int SET_EVAL = 0x20; // changed by rules

    static final int NFPROTO_INET = 1; // linux/netfilter.h
    static final int NFPROTO_NETDEV = 5;
    static final int SUBSYSTEM = 10 << 8; // NFNL_SUBSYS_NFTABLES
    static final int GETTABLE = SUBSYSTEM | 1;
    static final int GETSETELEM = SUBSYSTEM | 13;

    private static final int BATCH_BEGIN = 0x10; // NFNL_MSG_BATCH_*
    private static final int BATCH_END = 0x11;
    private static final int NEWTABLE = SUBSYSTEM;
    private static final int DELTABLE = SUBSYSTEM | 2;
    private static final int NEWCHAIN = SUBSYSTEM | 3;
    private static final int NEWRULE = SUBSYSTEM | 6;
    private static final int NEWSET = SUBSYSTEM | 9;
    private static final int NEWSETELEM = SUBSYSTEM | 12;
    private static final int DELSETELEM = SUBSYSTEM | 14;
    private static final int NLM_F_APPEND = 0x800;
    private static final int LOCAL_IN = 1; // NF_INET_LOCAL_IN
    private static final int DYNAMIC_SIZE = 0xffff;

    private final NetlinkClient client;
    private final int family;
    private final NetlinkBatch batch;
    private final List<String> purposes = new ArrayList<>();
    private int setId;

    /** Of the family {@code netdev}. */
    NftTransaction(NetlinkClient client) {
        this(client, NFPROTO_NETDEV);
    }

    /** @param family NFPROTO_* */
    NftTransaction(NetlinkClient client, int family) {
        this.client = client;
        this.family = family;
        batch = client.batch();
        header(BATCH_BEGIN, 0, 0, SUBSYSTEM >> 8, "begin a transaction");
        batch.end();
    }

    NftTransaction table(String name, int flags) {
        begin(NEWTABLE, NetlinkHeader.NLM_F_CREATE, "add table " + name);
        batch.string(1, name).be32(2, flags); // NFTA_TABLE_NAME, NFTA_TABLE_FLAGS
        return end();
    }

    NftTransaction deleteTable(String name) {
        begin(DELTABLE, 0, "delete table " + name);
        batch.string(1, name);
        return end();
    }

    /** A base chain on one device. */
    NftTransaction chain(String table, String name, int hook, int priority, String device) {
        begin(
                NEWCHAIN,
                NetlinkHeader.NLM_F_CREATE,
                "add a chain at the " + (hook == INGRESS ? "ingress" : "egress") + " hook of " + device);
        batch.string(1, table).string(3, name); // NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME
        int nested = batch.beginNested(4); // NFTA_CHAIN_HOOK
        batch.be32(1, hook).be32(2, priority).string(3, device).endNested(nested); // NFTA_HOOK_*
        batch.string(7, "filter"); // NFTA_CHAIN_TYPE
        return end();
    }

    /** A base chain for what this machine receives, of the family {@code inet}. */
    NftTransaction inputChain(String table, String name, int priority) {
        begin(NEWCHAIN, NetlinkHeader.NLM_F_CREATE, "add a chain at the input hook");
        batch.string(1, table).string(3, name); // NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME
        int nested = batch.beginNested(4); // NFTA_CHAIN_HOOK
        batch.be32(1, LOCAL_IN).be32(2, priority).endNested(nested); // NFTA_HOOK_HOOKNUM, NFTA_HOOK_PRIORITY
        batch.string(7, "filter"); // NFTA_CHAIN_TYPE
        return end();
    }

    /** @param userData what only nft looks at, when it prints the set (libnftnl/udata.h) */
    NftTransaction set(String table, SetSpec set, byte... userData) {
        begin(NEWSET, NetlinkHeader.NLM_F_CREATE, "add set " + set.name());
        batch.string(1, table).string(2, set.name()).be32(3, set.flags()); // NFTA_SET_TABLE, NAME, FLAGS
        batch.be32(4, set.keyType()).be32(5, set.keyLength()).be32(10, ++setId); // NFTA_SET_KEY_TYPE, KEY_LEN, ID
        if (set.dataLength() > 0) {
            batch.be32(6, set.dataType()).be32(7, set.dataLength()); // NFTA_SET_DATA_TYPE, NFTA_SET_DATA_LEN
        }
        if ((set.flags() & SET_EVAL) != 0) {
            int nested = batch.beginNested(9); // NFTA_SET_DESC
            batch.be32(1, set.size()).endNested(nested); // NFTA_SET_DESC_SIZE
        }
        if (userData.length > 0) {
            batch.octets(13, userData); // NFTA_SET_USERDATA
        }
        return end();
    }

    NftTransaction rule(String table, String chain, Consumer<NftRule> expressions) {
        begin(NEWRULE, NetlinkHeader.NLM_F_CREATE | NLM_F_APPEND, "add a rule to " + chain);
        batch.string(1, table).string(2, chain); // NFTA_RULE_TABLE, NFTA_RULE_CHAIN
        int nested = batch.beginNested(4); // NFTA_RULE_EXPRESSIONS
        expressions.accept(new NftRule(batch));
        batch.endNested(nested);
        return end();
    }

    /**
     * Adds elements; those that are there stay as they are.
     *
     * @param data what they all map to, if it is a map
     * @param timeoutMillis 0 for none
     */
    NftTransaction add(String table, String set, List<byte[]> keys, byte @Nullable [] data, long timeoutMillis) {
        return elements(NEWSETELEM, NetlinkHeader.NLM_F_CREATE, table, set, keys, data, timeoutMillis);
    }

    /** Removes elements; one that is not there makes the transaction fail. */
    NftTransaction remove(String table, String set, List<byte[]> keys) {
        return elements(DELSETELEM, 0, table, set, keys, null, 0);
    }

    private NftTransaction elements(
            int type,
            int flags,
            String table,
            String set,
            List<byte[]> keys,
            byte @Nullable [] data,
            long timeoutMillis) {
        if (keys.isEmpty()) {
            return this;
        }
        begin(type, flags, (type == NEWSETELEM ? "add elements to " : "remove elements of ") + set);
        batch.string(1, table).string(2, set); // NFTA_SET_ELEM_LIST_TABLE, NFTA_SET_ELEM_LIST_SET
        int list = batch.beginNested(3); // NFTA_SET_ELEM_LIST_ELEMENTS
        for (byte[] key : keys) {
            int element = batch.beginNested(1); // NFTA_LIST_ELEM
            value(1, key); // NFTA_SET_ELEM_KEY
            if (data != null) {
                value(2, data); // NFTA_SET_ELEM_DATA
            }
            if (timeoutMillis > 0) {
                batch.be64(4, timeoutMillis); // NFTA_SET_ELEM_TIMEOUT
            }
            batch.endNested(element);
        }
        batch.endNested(list);
        return end();
    }

    private void value(int type, byte[] value) {
        int nested = batch.beginNested(type);
        batch.octets(1, value).endNested(nested); // NFTA_DATA_VALUE
    }

    private void begin(int type, int flags, String purpose) {
        header(type, flags | NetlinkHeader.NLM_F_ACK, family, 0, purpose);
    }

    /** {@code struct nfgenmsg} (linux/netfilter/nfnetlink.h): family, version, and a number in network byte order. */
    private void header(int type, int flags, int family, int resource, String purpose) {
        batch.begin(type, flags);
        batch.body()
                .put((byte) family)
                .put((byte) 0)
                .put((byte) (resource >> 8))
                .put((byte) resource);
        purposes.add(purpose);
    }

    private NftTransaction end() {
        batch.end();
        return this;
    }

    /** Whether messages of this type tell of something that was removed. */
    static boolean removes(int type) {
        // DELTABLE, DELCHAIN, DELRULE, DELSET, DELSETELEM
        return switch (type - SUBSYSTEM) {
            case 2, 5, 8, 11, 14 -> true;
            default -> false;
        };
    }

    /** The requests so far. */
    NetlinkBatch batch() {
        return batch;
    }

    /** @throws HaException naming the first request that the kernel refused; then nothing has changed */
    void commit() {
        header(BATCH_END, 0, 0, SUBSYSTEM >> 8, "commit");
        batch.end();
        @Nullable NetlinkAck[] acks = client.exchange(batch);
        for (int i = 1; i <= acks.length; i++) { // a refusal of the whole, at 0, is the least telling
            NetlinkAck ack = acks[i % acks.length];
            if (ack != null && ack.refused()) {
                throw new KernelException("nftables: " + purposes.get(i % acks.length), ack.errno(), ack.detail());
            }
        }
        for (int i = 1; i < acks.length - 1; i++) { // the kernel does not acknowledge begin and end
            if (acks[i] == null) {
                throw new HaException("nftables: " + purposes.get(i) + ": the kernel did not answer");
            }
        }
    }
}
