package io.ha4j.lb;

import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/** A client as a proxy has named it, and the address that it connected to there. */
public record NamedClient(InetSocketAddress client, InetSocketAddress destination) implements Incoming {
    /** Where a channel that was handed to an application has it. */
    public static final AttributeKey<NamedClient> KEY = AttributeKey.valueOf("io.ha4j.lb.NamedClient");
}
