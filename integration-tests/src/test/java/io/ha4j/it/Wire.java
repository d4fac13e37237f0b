package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a third host sees of the segment: advertisements and ARP, recorded from its beginning on. */
final class Wire {
    private final LabHost client;
    private final Path file;
    private final LabProcess tcpdump;
    private final Map<String, String> macs = new ConcurrentHashMap<>();

    private Wire(LabHost client, Path file, LabProcess tcpdump) {
        this.client = client;
        this.file = file;
        this.tcpdump = tcpdump;
    }

    static Wire record(Testbed bed, LabHost client) {
        Path file = bed.file("wire.pcap");
        return new Wire(client, file, client.capture(file, "proto 112 or arp or icmp6"));
    }

    private Stream<Pcap.Frame> since(double millis) {
        return Pcap.read(file).stream().filter(frame -> frame.millis() >= millis);
    }

    /** The advertisements since then, in milliseconds since 1970; priority 0, a resignation, included. */
    List<Pcap.Frame> adverts(double sinceMillis) {
        return since(sinceMillis).filter(Pcap.Frame::isVrrp).toList();
    }

    List<Pcap.Frame> adverts(LabHost sender, double sinceMillis) {
        return adverts(sinceMillis).stream()
                .filter(frame -> frame.sourceMac().equals(mac(sender)))
                .toList();
    }

    /** What was said about where the virtual address is, asked for or not. */
    List<Pcap.Frame> about(double sinceMillis) {
        return since(sinceMillis)
                .filter(frame -> frame.isArpOf(RouterConfig.VIP) || frame.isNeighbourAdvertisementOf(RouterConfig.VIP6))
                .toList();
    }

    private String mac(LabHost host) {
        return macs.computeIfAbsent(host.name(), name -> host.mac());
    }

    /** As the other one, for the IPv6 address: a host that does not know it asks before it sends. */
    Set<String> whoHasTheAddress6() {
        double asked = now();
        client.exec("ip", "-6", "neigh", "flush", "dev", LabHost.INTERFACE);
        client.exec("ping", "-6", "-c", "1", "-W", "5", RouterConfig.VIP6);
        Wait.until(
                "the neighbour advertisement in the capture",
                () -> since(asked).anyMatch(frame -> frame.isSolicitedAdvertisementOf(RouterConfig.VIP6)));
        return since(asked)
                .filter(frame -> frame.isSolicitedAdvertisementOf(RouterConfig.VIP6))
                .map(Pcap.Frame::sourceMac)
                .collect(Collectors.toSet());
    }

    /** Asks the segment who has the virtual address, as any host does, and returns all that answer. */
    Set<String> whoHasTheAddress() {
        double asked = now();
        client.exec("arping", "-c", "1", "-w", "5", "-I", LabHost.INTERFACE, RouterConfig.VIP);
        Wait.until("the ARP reply in the capture", () -> since(asked).anyMatch(Wire::answersForTheAddress));
        return since(asked)
                .filter(Wire::answersForTheAddress)
                .map(Pcap.Frame::sourceMac)
                .collect(Collectors.toSet());
    }

    private static boolean answersForTheAddress(Pcap.Frame frame) {
        return frame.isArpReplyOf(RouterConfig.VIP);
    }

    /** Lets that many intervals pass and requires that all is settled: one speaks, one has the address, one answers. */
    void assertSettled(int intervals, Router active, Router... others) {
        double from = now();
        Wait.until(
                intervals + " advertisements of " + active,
                () -> adverts(active.host(), from).size() >= intervals);
        assertThat(adverts(from).stream().map(Pcap.Frame::sourceMac))
                .as("who advertises when all is settled")
                .containsOnly(active.mac());
        assertThat(adverts(from).stream().map(Pcap.Frame::priority)).doesNotContain(0);
        assertThat(active.holds()).as(active + " has the address").isTrue();
        assertThat(Arrays.stream(others).filter(Router::holds))
                .as("others that have the address")
                .isEmpty();
        assertThat(active.isIpv6() ? whoHasTheAddress6() : whoHasTheAddress())
                .as("who answers for the address")
                .containsExactly(active.mac());
    }

    /** Ends the recording and has tshark decode what matches its filter: one list of fields for each packet. */
    List<List<String>> decode(String filter, String... fields) {
        tcpdump.terminate();
        tcpdump.waitFor(Wait.LIMIT);
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-r",
                file.toString(),
                "-Y",
                filter,
                "-T",
                "fields",
                "-E",
                "separator=;",
                "-E",
                "occurrence=a"));
        for (String field : fields) {
            command.addAll(List.of("-e", field));
        }
        return client.exec(command.toArray(String[]::new))
                .lines()
                .filter(line -> line.contains(";")) // not the warning about root
                .map(line -> List.of(line.split(";", -1)))
                .toList();
    }

    /** Waits until this node has told the segment that the address is there, and returns when it first did. */
    double awaitAnnouncement(Router router, double sinceMillis) {
        Wait.until(
                "an announcement of " + router,
                () -> announcements(router, sinceMillis).findFirst().isPresent());
        return announcements(router, sinceMillis).findFirst().orElseThrow().millis();
    }

    /** When this node told everybody that it has the address, in milliseconds since 1970. */
    List<Double> announcementsOf(Router router, String address) {
        return since(0).filter(frame -> frame.sourceMac().equals(router.mac()))
                .filter(frame -> address.contains(":")
                        ? frame.isNeighbourAdvertisementOf(address) && !frame.isSolicitedAdvertisementOf(address)
                        : frame.isGratuitousArpOf(address))
                .map(Pcap.Frame::millis)
                .toList();
    }

    private Stream<Pcap.Frame> announcements(Router router, double sinceMillis) {
        return since(sinceMillis)
                .filter(frame ->
                        (frame.isArpOf(RouterConfig.VIP) || frame.isNeighbourAdvertisementOf(RouterConfig.VIP6))
                                && frame.sourceMac().equals(router.mac()));
    }

    /** Milliseconds since 1970. */
    static double now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
    }
}
