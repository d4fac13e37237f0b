package io.ha4j;

/**
 * How a backend learns the client's address: by a header before the first byte, as HAProxy's proxy-protocol.txt has it.
 * The backend must expect it, and accept it from the balancer only.
 */
public enum ProxyProtocol {
    /** Not at all. */
    NONE,
    /** A line of text: {@code PROXY TCP4 192.0.2.1 10.0.0.100 40000 80}. */
    V1,
    /** Binary. */
    V2
}
