package io.ha4j.vrrp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a group with death detection say to each other over TCP: a type, a length and as many bytes, each
 * type with a length of its own. Numbers are unsigned, in network order.
 *
 * <pre>
 *   active                                     backup
 *     CHALLENGE  "HA4J", version, nonce  ────▶
 *            ◀────  HELLO  VRID, family (4 or 6), nonce, standing, proof
 *     WELCOME    proof  ─────────────────────▶
 *     SUCCESSION rank, of how many, flags, tag ▶   whenever it changes
 *            ◀────  STANDING  standing, tag        whenever it changes
 *     BYE        tag  ◀──────────────────────▶     before an orderly end
 * </pre>
 *
 * A standing is a priority and flags. Nonces and proofs have 32 bytes, tags 16; see {@link SharedSecret}.
 */
enum DeathFrame {
    CHALLENGE(1, DeathFrame.MAGIC_LENGTH + 1 + SharedSecret.LENGTH),
    HELLO(2, 2 + SharedSecret.LENGTH + Standing.LENGTH + SharedSecret.LENGTH),
    WELCOME(3, SharedSecret.LENGTH),
    SUCCESSION(4, Succession.LENGTH + SharedSecret.TAG_LENGTH),
    STANDING(5, Standing.LENGTH + SharedSecret.TAG_LENGTH),
    BYE(6, SharedSecret.TAG_LENGTH);

    static final int MAGIC = 0x4841344A; // "HA4J"
    static final int MAGIC_LENGTH = 4;
    static final int VERSION = 1;
    static final int HEADER = 2;

    private static final DeathFrame[] ALL = values();

    final int code;
    final int length;

    DeathFrame(int code, int length) {
        this.code = code;
        this.length = length;
    }

    /** The type that has this code and length; null if there is none. */
    static @Nullable DeathFrame of(int code, int length) {
        return code >= 1 && code <= ALL.length && ALL[code - 1].length == length ? ALL[code - 1] : null;
    }

    /** An empty one, to be filled and {@link ByteBuffer#flip flipped}. */
    ByteBuffer begin() {
        return ByteBuffer.allocate(HEADER + length).put((byte) code).put((byte) length);
    }
}
