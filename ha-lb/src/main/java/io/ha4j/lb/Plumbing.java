package io.ha4j.lb;

import io.ha4j.lb.netty.NettyApplication;
import java.net.InetSocketAddress;

/**
 * The two connections of one session. What is decided about them, {@link Session} decides; this moves the bytes. All
 * calls are made on the session's event loop, except {@link #execute}.
 */
interface Plumbing {
    /** Runs a task on the session's event loop. */
    void execute(Runnable task);

    /**
     * Reads the PROXY header that the client's bytes begin with, before anything else, and reports to
     * {@link Session#headerRead} or {@link Session#headerMalformed}; what comes after it is data.
     */
    void readHeader();

    /**
     * Connects to a backend and reports to {@link Session#connected()} or {@link Session#connectFailed}. The client's
     * bytes stay in the kernel meanwhile.
     *
     * @param origin what the connection is bound to
     */
    void connect(InetSocketAddress backend, Origin origin);

    /**
     * Makes the client's connection the application's, in place of {@link #connect} and {@link #relay}, and reports to
     * {@link Session#handedOver()}, or ends the session.
     */
    void handOver(NettyApplication application, Incoming incoming);

    /** Whether something that is being written has gone on since this was asked last. */
    boolean hasSentMore();

    /** Gives up the connection that is not connected yet; no report follows. */
    void abortConnect();

    /**
     * Begins to pass bytes, ends of streams and resets, until both connections are closed.
     *
     * @param preface what the backend gets before the client's first byte
     */
    void relay(byte[] preface);

    /** Resets both connections at once, whatever is under way. {@link Session#closed()} follows. */
    void abort();
}
