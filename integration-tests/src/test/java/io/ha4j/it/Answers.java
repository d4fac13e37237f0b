package io.ha4j.it;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who answers for the virtual address, asked every 5 ms by ARP and, at each node's own MAC address, by echo requests. */
final class Answers {
    private final Path file;

    private Answers(Path file) {
        this.file = file;
    }

    /** Begins to ask and to record the answers. */
    static Answers record(Testbed bed, LabHost client, Router... routers) {
        Path file = bed.file("answers.pcap");
        LabProcess unused = client.capture(file, "(arp and arp[6:2] = 2) or icmp[icmptype] = icmp-echoreply");
        String macs = Stream.of(routers).map(Router::mac).collect(Collectors.joining(" "));
        String questions = Jvm.small(Questions.class, client.mac(), client.address(), RouterConfig.VIP, macs).stream()
                .collect(Collectors.joining(" "));
        LabProcess unused2 =
                client.start("sh", "-c", questions + " | socat -u -b 60 STDIN INTERFACE:" + LabHost.INTERFACE);
        return new Answers(file);
    }

    /** Of that node, in milliseconds since 1970. */
    List<Double> of(Router router, double sinceMillis) {
        return Pcap.read(file).stream()
                .filter(frame -> frame.millis() >= sinceMillis)
                .filter(frame -> frame.isArpReplyOf(RouterConfig.VIP) || frame.isEchoReplyOf(RouterConfig.VIP))
                .filter(frame -> frame.sourceMac().equals(router.mac()))
                .map(Pcap.Frame::millis)
                .toList();
    }

    /** Waits until the node answers. */
    double awaitFirst(Router router, double sinceMillis) {
        Wait.until("an answer of " + router, () -> !of(router, sinceMillis).isEmpty());
        return of(router, sinceMillis).get(0);
    }

    /** How long after that the node answered last; 0 if it did not. */
    double last(Router router, double sinceMillis) {
        List<Double> answers = of(router, sinceMillis);
        return answers.isEmpty() ? 0 : answers.get(answers.size() - 1) - sinceMillis;
    }
}
