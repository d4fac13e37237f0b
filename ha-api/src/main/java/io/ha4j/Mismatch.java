package io.ha4j;

import static java.util.Objects.requireNonNull;

import io.ha4j.spi.IpText;
import java.net.InetAddress;
import java.time.Instant;

/**
 * Another node's advertisements do not agree with the settings of this one: somebody configured one of the two wrongly,
 * or two groups share a network that should not.
 *
 * @param kind what differs
 * @param from the other node
 * @param detail one readable sentence: what is expected and what was heard
 * @param firstSeen when it was heard first
 * @param lastSeen when it was heard last; ten minutes after that it is forgotten
 * @param count how many advertisements had it since {@code firstSeen}
 */
public record Mismatch(Kind kind, InetAddress from, String detail, Instant firstSeen, Instant lastSeen, long count) {
    /** What can differ, with the counter of it in {@link GroupSnapshot#counters()}. */
    public enum Kind {
        /** Another protocol version; dropped ({@code versionErrors}). */
        VERSION("version"),
        /**
         * Another advertisement interval ({@code advIntervalErrors}). Version 2 drops the advertisement; version 3
         * follows the interval of the active node.
         */
        INTERVAL("interval"),
        /** Other virtual addresses; accepted, as RFC 9568 §7.1 wants it ({@code addressListErrors}). */
        ADDRESS_LIST("address list"),
        /**
         * Version 2: an unknown type of authentication ({@code invalidAuthType}), another one than ours
         * ({@code authTypeMismatch}), or another password ({@code authFailures}); dropped.
         */
        AUTHENTICATION("authentication"),
        /**
         * Its checksum has the other form than ours; both are accepted, but not every router does so
         * ({@code rcvdPseudoHeaderChecksums}, {@code rcvdMessageOnlyChecksums}). Told once.
         */
        CHECKSUM_FORM("checksum form"),
        /**
         * A virtual router id that no group of this process has on this interface; ignored ({@code vrIdErrors}). Nothing
         * wrong where several virtual routers share a network. Told once.
         */
        FOREIGN_VIRTUAL_ROUTER("foreign virtual router"),
        /** Both nodes claim to own the addresses, priority 255 ({@code duplicateOwners}). */
        DUPLICATE_OWNER("duplicate owner"),
        /** Multicast here and unicast there, or not one of our unicast peers; dropped ({@code unicastErrors}). */
        TRANSPORT("transport");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** In words, for messages. */
        public String text() {
            return text;
        }
    }

    public Mismatch {
        requireNonNull(kind, "kind");
        requireNonNull(from, "from");
        requireNonNull(detail, "detail");
        requireNonNull(firstSeen, "firstSeen");
        requireNonNull(lastSeen, "lastSeen");
    }

    /** {@code KIND of ADDRESS: DETAIL}. */
    @Override
    public String toString() {
        return kind.text + " of " + IpText.of(from) + ": " + detail;
    }
}
