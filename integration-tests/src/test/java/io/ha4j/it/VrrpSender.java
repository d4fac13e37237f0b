package io.ha4j.it;

import io.ha4j.lab.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Puts any bytes on the wire as the payload of an IP packet of protocol 112. The kernel writes the IP header. */
final class VrrpSender {
    private final Testbed bed;
    private final LabHost host;

    VrrpSender(Testbed bed, LabHost host) {
        this.bed = bed;
        this.host = host;
    }

    void send(byte[] payload) {
        send(payload, 255);
    }

    void send(byte[] payload, int ttl) {
        try {
            Files.write(bed.file("payload"), payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        host.exec(
                "socat",
                "-u",
                "OPEN:" + bed.file("payload"),
                "IP4-SENDTO:224.0.0.18:112,ip-multicast-if=" + host.address() + ",ip-multicast-ttl=" + ttl);
    }
}
