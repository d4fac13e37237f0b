package io.ha4j.lb;

import io.ha4j.TlsSettings;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS as a check speaks it: each handshake is a full one, so that the server's certificate is always looked at. */
final class TlsClient {
    private static final Duration WARN_BEFORE = Duration.ofDays(14);

    private final TlsSettings settings;
    private final TrustManager[] trust;

    /** @throws IllegalArgumentException if the CA file cannot be used */
    TlsClient(TlsSettings settings) {
        this.settings = settings;
        try {
            trust = settings.verified()
                    ? trust(settings.caFile())
                    : InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "caFile must have certificates in PEM, but " + settings.caFile() + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    private static TrustManager[] trust(@Nullable Path caFile) throws IOException, GeneralSecurityException {
        KeyStore store = null; // those that Java trusts
        if (caFile != null) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates(caFile)) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException("it has none");
            }
            return found;
        }
    }

    /** For one connection; a context of its own, as a shared one would resume sessions. */
    SslHandler handler(InetSocketAddress remote) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            String name = settings.serverName();
            SSLEngine engine =
                    name == null ? context.createSSLEngine() : context.createSSLEngine(name, remote.getPort());
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            if (name != null) {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            if (settings.verified()) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            engine.setSSLParameters(parameters);
            SslHandler handler = new SslHandler(engine, CheckThreads.executor());
            handler.setHandshakeTimeoutMillis(0); // the attempt has a deadline
            return handler;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS is not available in this Java: " + e.getMessage(), e);
        }
    }

    /** {@code , TLSv1.3}, and a warning if there is reason for one. */
    static String describe(SSLSession session) {
        String text = ", " + session.getProtocol();
        try {
            Instant end = ((X509Certificate) session.getPeerCertificates()[0])
                    .getNotAfter()
                    .toInstant();
            if (end.isBefore(Instant.now().plus(WARN_BEFORE))) {
                text += ", its certificate " + (end.isBefore(Instant.now()) ? "ended on " : "ends on ")
                        + LocalDate.ofInstant(end, ZoneOffset.UTC);
            }
        } catch (SSLPeerUnverifiedException e) {
            text += ", no certificate";
        }
        return text;
    }

    /** What went wrong, beneath what wraps it. */
    static String reason(Throwable failure) {
        Errno errno = Errno.of(failure);
        if (errno != null) {
            return errno.name();
        }
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return Plain.text(message == null ? cause.getClass().getSimpleName() : message);
    }
}
