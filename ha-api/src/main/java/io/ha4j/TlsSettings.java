package io.ha4j;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a check expects of a TLS server. Whatever is expected, a certificate that ends within two weeks is named in the
 * check's detail.
 *
 * @param serverName the name that is asked for in the handshake (SNI, RFC 6066); null for none
 * @param verified whether the certificate must be valid, for that name, and signed by an authority that is trusted;
 *     without that, any certificate will do, also one that has expired
 * @param caFile certificates of the authorities to trust, in PEM, read when the check starts; null for those that Java
 *     trusts
 */
public record TlsSettings(
        @Nullable String serverName,
        boolean verified,
        @Nullable Path caFile) {
    /** Any certificate will do, and no name is asked for. */
    public static final TlsSettings UNVERIFIED = new TlsSettings(null, false, null);

    private static final int MAX_NAME = 253;

    /** RFC 1123 §2.1; what is not ASCII has to be written as IDNA does. */
    private static final String HOST_NAME =
            "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*";

    /** @throws IllegalArgumentException if there is nothing to verify against, or a CA file and nothing to verify */
    public TlsSettings {
        if (serverName != null && !(serverName.length() <= MAX_NAME && serverName.matches(HOST_NAME))) {
            throw new IllegalArgumentException("serverName must be a host name, but was '" + serverName + "'");
        }
        if (verified && serverName == null) {
            throw new IllegalArgumentException(
                    "serverName must be given where verified is true: the certificate must" + " be for some name");
        }
        if (caFile != null && !verified) {
            throw new IllegalArgumentException(
                    "verified must be true where there is a caFile, but caFile was " + caFile);
        }
    }

    /** Asks for this name. */
    public TlsSettings serverName(String name) {
        return new TlsSettings(name, verified, caFile);
    }

    /** Asks for this name and verifies that the certificate is for it. */
    public TlsSettings verify(String name) {
        return new TlsSettings(name, true, caFile);
    }

    /** As {@link #verify(String)}, with the authorities of this file alone. */
    public TlsSettings verify(String name, Path caFile) {
        return new TlsSettings(name, true, caFile);
    }
}
