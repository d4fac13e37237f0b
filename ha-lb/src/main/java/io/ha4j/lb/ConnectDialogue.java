package io.ha4j.lb;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** To be connected, and to have completed a handshake where there is TLS, is all. */
final class ConnectDialogue extends Dialogue {
    private final boolean handshake;

    ConnectDialogue(Attempt attempt, @Nullable TlsClient tls) {
        super(attempt, tls);
        handshake = tls != null;
    }

    @Override
    String subject() {
        return "";
    }

    @Override
    void prepare(Channel channel) {
        super.prepare(channel);
        channel.pipeline().addLast(this);
        if (!handshake) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    void open(Channel channel) {
        attempt().succeed(handshake ? "TLS handshake" + secured() : "connected");
    }
}
