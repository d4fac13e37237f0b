package io.ha4j.vrrp;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The end of a connection at which the node is, or was, active: it challenges, and tells the rank. */
final class ActiveEnd extends DeathEnd {
    /** Is told what comes of it. It may end the connection in any of these. */
    interface Listener {
        /** The secret of the group of that id; null if there is none here. */
        @Nullable
        SharedSecret secret(int virtualRouterId);

        /** The backup knows the secret, and so does this node, as it will hear. */
        void joined(ActiveEnd end, int virtualRouterId, Standing standing);

        void stands(ActiveEnd end, Standing standing);

        void saidBye(ActiveEnd end);

        void refused(ActiveEnd end, Refusal refusal, String detail);
    }

    private final InetAddress local;
    private final InetAddress backup;
    private final byte[] nonce;
    private final Listener listener;
    private Succession told = Succession.UNKNOWN;

    /** @param nonce 32 bytes that were never used before */
    ActiveEnd(InetAddress local, InetAddress backup, byte[] nonce, Output output, Listener listener) {
        super(output);
        this.local = local;
        this.backup = backup;
        this.nonce = nonce.clone();
        this.listener = listener;
    }

    InetAddress backup() {
        return backup;
    }

    /** Speaks first, so that the other side knows that somebody is there. */
    void challenge() {
        send(DeathFrame.CHALLENGE
                .begin()
                .putInt(DeathFrame.MAGIC)
                .put((byte) DeathFrame.VERSION)
                .put(nonce));
    }

    /** Sends what the backup does not know yet. */
    void tell(Succession succession) {
        if (!succession.equals(told)) {
            told = succession;
            ByteBuffer frame = DeathFrame.SUCCESSION.begin();
            succession.put(frame);
            sendTagged(frame);
        }
    }

    @Override
    void handle(DeathFrame type, ByteBuffer payload) {
        if (type == DeathFrame.HELLO && !isJoined()) {
            hello(payload);
        } else if (type == DeathFrame.STANDING && isJoined()) {
            Standing standing = Standing.get(payload);
            if (tagged(payload)) {
                listener.stands(this, standing);
            }
        } else if (type == DeathFrame.BYE && isJoined()) {
            if (tagged(payload)) {
                end();
                listener.saidBye(this);
            }
        } else {
            unexpected(type);
        }
    }

    private void hello(ByteBuffer payload) {
        int id = payload.get() & 0xff;
        int family = payload.get() & 0xff;
        byte[] theirs = bytes(payload, SharedSecret.LENGTH);
        Standing standing = Standing.get(payload);
        byte[] proof = bytes(payload, SharedSecret.LENGTH);
        SharedSecret secret = listener.secret(id);
        SharedSecret.Subject subject = new SharedSecret.Subject(id, local, backup);
        if (secret == null || family != subject.family()) {
            refuse(Refusal.UNPROVEN, "no group with death detection has virtual router id " + id + " here");
            return;
        }
        SharedSecret.Connection connection = secret.connection(subject, nonce, theirs);
        if (!SharedSecret.same(proof, connection.proofOfBackup(standing))) {
            refuse(Refusal.UNPROVEN, "it does not prove that it knows the secret of virtual router id " + id);
            return;
        }
        send(DeathFrame.WELCOME.begin().put(connection.proofOfActive()));
        tagWith(connection.fromActive(), connection.fromBackup());
        listener.joined(this, id, standing);
    }

    @Override
    void refused(Refusal refusal, String detail) {
        listener.refused(this, refusal, detail);
    }
}
