package io.ha4j.linux;

import java.net.InetAddress;

/** A TCP connection of this machine. */
record TcpConnection(InetAddress local, int localPort, InetAddress remote, int remotePort) {}
