package io.ha4j.vrrp;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the nodes of a group know, and what they prove with it: HMAC-SHA256 (RFC 2104), over nonces of both, so that
 * nothing of one connection is of use for another. The backup proves itself first: who only connects gets nothing that he
 * could try guesses on.
 */
final class SharedSecret {
    static final int LENGTH = 32; // of SHA-256, and of nonces
    static final int TAG_LENGTH = 16; // RFC 2104 §5: half of it

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;

    SharedSecret(String secret) {
        key = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** What one connection is about. */
    record Subject(int virtualRouterId, InetAddress active, InetAddress backup) {
        int family() {
            return active.getAddress().length == 4 ? 4 : 6;
        }
    }

    /** The keys of one connection. */
    Connection connection(Subject subject, byte[] activeNonce, byte[] backupNonce) {
        ByteBuffer all = ByteBuffer.allocate(256);
        all.put(ascii("ha4j death detection " + DeathFrame.VERSION));
        all.put((byte) subject.virtualRouterId).put((byte) subject.family());
        all.put(activeNonce).put(backupNonce);
        all.put(subject.active.getAddress()).put(subject.backup.getAddress());
        return new Connection(hmac(key, Arrays.copyOf(all.array(), all.position())));
    }

    static final class Connection {
        private final byte[] key;

        private Connection(byte[] key) {
            this.key = key;
        }

        byte[] proofOfActive() {
            return hmac(key, ascii("active"));
        }

        byte[] proofOfBackup(Standing standing) {
            byte[] text = ascii("backup");
            ByteBuffer all = ByteBuffer.allocate(text.length + Standing.LENGTH).put(text);
            standing.put(all);
            return hmac(key, all.array());
        }

        /** For what the active node says after its proof. */
        Tags fromActive() {
            return new Tags(hmac(key, ascii("from active")));
        }

        Tags fromBackup() {
            return new Tags(hmac(key, ascii("from backup")));
        }
    }

    /** Tags of one direction, in their order. */
    static final class Tags {
        private final byte[] key;
        private long number;

        private Tags(byte[] key) {
            this.key = key;
        }

        /** Of the next frame: of its header and what it has in front of the tag. */
        byte[] next(byte[] frame) {
            ByteBuffer all = ByteBuffer.allocate(Long.BYTES + frame.length);
            all.putLong(number++).put(frame);
            return Arrays.copyOf(hmac(key, all.array()), TAG_LENGTH);
        }
    }

    /** In a time that does not depend on where they differ. */
    static boolean same(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + ALGORITHM, e);
        }
    }
}
