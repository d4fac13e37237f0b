package io.ha4j;

/** What a checksum covers. Deployed version 3 routers differ over IPv4, so both forms are accepted. */
public enum ChecksumForm {
    /**
     * The message behind a pseudo-header of source, destination, protocol and length. Over IPv6 by RFC 9568 §5.2.8; over
     * IPv4 as keepalived, FRR and others read RFC 5798 §5.2.8.
     */
    PSEUDO_HEADER,
    /** The message alone: version 2 (RFC 3768 §5.3.8), and version 3 over IPv4 by RFC 9568 §5.2.8. */
    MESSAGE_ONLY
}
