package io.ha4j.vrrp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The end of a connection at which the node is a backup. */
final class BackupEnd extends DeathEnd {
    /** Is told what comes of it. It may end the connection in any of these. */
    interface Listener {
        /** A process of the other side lives: it has spoken. */
        void alive();

        /** Each knows that the other has the secret. */
        void joined();

        void told(Succession succession);

        void saidBye();

        void refused(Refusal refusal, String detail);
    }

    private final SharedSecret secret;
    private final SharedSecret.Subject subject;
    private final byte[] nonce;
    private final Listener listener;
    private Standing standing;
    private SharedSecret.@Nullable Connection connection; // once this node has said hello

    /** @param nonce 32 bytes that were never used before */
    BackupEnd(
            SharedSecret secret,
            SharedSecret.Subject subject,
            byte[] nonce,
            Standing standing,
            Output output,
            Listener listener) {
        super(output);
        this.secret = secret;
        this.subject = subject;
        this.nonce = nonce.clone();
        this.standing = standing;
        this.listener = listener;
    }

    /** Tells the active node, if it does not know it yet. */
    void stand(Standing next) {
        if (!next.equals(standing) && isJoined()) {
            standing = next;
            ByteBuffer frame = DeathFrame.STANDING.begin();
            next.put(frame);
            sendTagged(frame);
        }
    }

    @Override
    void handle(DeathFrame type, ByteBuffer payload) {
        SharedSecret.Connection mine = connection;
        if (type == DeathFrame.CHALLENGE && mine == null) {
            challenged(payload);
        } else if (type == DeathFrame.WELCOME && mine != null && !isJoined()) {
            if (SharedSecret.same(bytes(payload, SharedSecret.LENGTH), mine.proofOfActive())) {
                tagWith(mine.fromBackup(), mine.fromActive());
                listener.joined();
            } else {
                refuse(Refusal.UNPROVEN, "it does not prove that it knows the secret");
            }
        } else if (type == DeathFrame.SUCCESSION && isJoined()) {
            Succession succession = Succession.get(payload);
            if (tagged(payload)) {
                listener.told(succession);
            }
        } else if (type == DeathFrame.BYE && isJoined()) {
            if (tagged(payload)) {
                end();
                listener.saidBye();
            }
        } else {
            unexpected(type);
        }
    }

    private void challenged(ByteBuffer payload) {
        int magic = payload.getInt();
        int version = payload.get() & 0xff;
        if (magic != DeathFrame.MAGIC || version != DeathFrame.VERSION) {
            refuse(
                    Refusal.MALFORMED,
                    magic == DeathFrame.MAGIC ? "version " + version + " of the protocol" : "not this protocol");
            return;
        }
        listener.alive();
        SharedSecret.Connection mine = secret.connection(subject, bytes(payload, SharedSecret.LENGTH), nonce);
        connection = mine;
        ByteBuffer hello = DeathFrame.HELLO
                .begin()
                .put((byte) subject.virtualRouterId())
                .put((byte) subject.family())
                .put(nonce);
        standing.put(hello);
        send(hello.put(mine.proofOfBackup(standing)));
    }

    @Override
    void refused(Refusal refusal, String detail) {
        listener.refused(refusal, detail);
    }
}
