package io.ha4j.linux;

import io.ha4j.spi.PacketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What raw sockets of the two families do differently. One per socket, with the buffer that it receives into. */
interface RawIp {
    int domain();

    ByteBuffer socketAddress(InetAddress address);

    /** The options of the family; the socket is bound to the link already. */
    void configure(KernelSocket socket, PacketChannel.Spec spec);

    /** The one to send unicast by: the same, where that has the right source, or a new one. */
    KernelSocket unicastSocket(KernelSocket socket, LinuxSyscalls syscalls, PacketChannel.Spec spec, String name);

    /** Receives one packet; its length, which is above the capacity when it was cut off; -1 when none is waiting. */
    int receive(KernelSocket socket);

    /** Hands over what was received; false if it makes no sense. */
    boolean deliver(int received, PacketChannel.Receiver receiver);
}
