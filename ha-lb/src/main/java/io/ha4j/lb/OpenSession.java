package io.ha4j.lb;

import io.ha4j.ConnectionLimits;
import java.net.InetAddress;

/** A session that {@link Sessions} counts. */
interface OpenSession {
    /** Whether it came in through an address of the balancer's group. */
    boolean isViaGroup();

    /** Its client. */
    InetAddress source();

    /** Whether it is one of the balancer's greatest number. */
    boolean isAdmitted();

    /** Whether it is one of its client's greatest number. */
    boolean isSourceAdmitted();

    /** How many bytes wait in this process for one of its sides. Any thread. */
    default int kept() {
        return 0;
    }

    /** Since when ({@link System#nanoTime()}) some always did; only while there are any. Any thread. */
    default long stalledSince() {
        return 0;
    }

    /** Ends what has taken too long. Any thread. */
    void expire(ConnectionLimits limits, long nowNanos);

    /** Ends it. Any thread. */
    void abort(EndReason reason);
}
