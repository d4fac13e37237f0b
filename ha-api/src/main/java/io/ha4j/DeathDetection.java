package io.ha4j;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * Fast death detection between nodes of ha4j: each backup holds a TCP connection to the active node, whose kernel closes
 * it when the process ends, and the designated successor takes over at once, whatever the advertisement interval. All
 * nodes of the group need the same port and secret; one without it, or of another kind, takes part as ever.
 *
 * @param port the TCP port, in [1, 65535], at the address that advertisements are sent from; groups may share it
 * @param secret by which the nodes know each other, 16 to 1024 bytes in UTF-8; random, as who records a handshake can try
 *     guesses on it. It never crosses the network
 */
public record DeathDetection(int port, String secret) {
    private static final int SECRET_MIN = 16;
    private static final int SECRET_MAX = 1024;

    public DeathDetection {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port of deathDetection must be in [1, 65535], but was " + port);
        }
        int length = requireNonNull(secret, "secret").getBytes(StandardCharsets.UTF_8).length;
        if (length < SECRET_MIN || length > SECRET_MAX) {
            throw new IllegalArgumentException("secret of deathDetection must have " + SECRET_MIN + " to " + SECRET_MAX
                    + " bytes in UTF-8, but had " + length);
        }
    }

    /** Not the secret. */
    @Override
    public String toString() {
        return "DeathDetection[port=" + port + ", secret=***]";
    }
}
