package io.ha4j.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.VirtualMac;
import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * As GuardIT, with virtual MAC: both nodes answer from one MAC address, so what leaves each is recorded at its own
 * interface.
 */
@Isolated
class VirtualMacGuardIT {
    private static final String RECORDED =
            "(arp and arp[6:2] = 2) or icmp[icmptype] = icmp-echoreply or icmp6[0] = 129 or proto 112";

    private static final double AT_ONCE_MILLIS = 50;
    private static final double END_OF_A_PROCESS_MILLIS = 1000; // on a busy machine

    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "nft", "socat", "curl");

    private final Map<Router, Path> recordings = new HashMap<>();
    private LabHost client;
    private Router first;
    private Router second;

    @BeforeEach
    void twoNodes() {
        client = bed.host("client", "10.77.0.254/24", "2001:db8:77::254/64");
        first = new Router(bed, Kind.HA4J, bed.host("one", "10.77.0.1/24", "2001:db8:77::1/64"));
        second = new Router(bed, Kind.HA4J, bed.host("two", "10.77.0.2/24", "2001:db8:77::2/64"));
    }

    /** From the beginning, so that the last advertisement is in it. */
    private void record() {
        for (Router router : List.of(first, second)) {
            Path file = bed.file(router.host().name() + ".pcap");
            LabProcess unused = router.host().capture(file, RECORDED);
            recordings.put(router, file);
        }
    }

    /** @param ipv6 as pings only, every 5 ms: a host that has an entry asks no more */
    private void ask(boolean ipv6) {
        String mac = VirtualMac.address(RouterConfig.VRID, ipv6);
        if (ipv6) {
            client.exec("ip", "neigh", "replace", RouterConfig.VIP6, "lladdr", mac, "dev", "eth0");
            LabProcess unused = client.start("ping", "-6", "-q", "-i", "0.005", RouterConfig.VIP6);
        } else {
            String questions =
                    String.join(" ", Jvm.small(Questions.class, client.mac(), client.address(), RouterConfig.VIP, mac));
            LabProcess unused =
                    client.start("sh", "-c", questions + " | socat -u -b 60 STDIN INTERFACE:" + LabHost.INTERFACE);
        }
    }

    private List<Pcap.Frame> recorded(Router router) {
        return Pcap.read(requireNonNull(recordings.get(router), "recording of " + router));
    }

    private List<Double> answers(Router router, double sinceMillis) {
        return recorded(router).stream()
                .filter(frame -> frame.millis() >= sinceMillis)
                .filter(frame -> frame.isArpReplyOf(RouterConfig.VIP)
                        || frame.isEchoReplyOf(RouterConfig.VIP)
                        || frame.isEchoReplyOf(RouterConfig.VIP6))
                .map(Pcap.Frame::millis)
                .toList();
    }

    private double awaitFirst(Router router, double sinceMillis) {
        Wait.until("an answer of " + router, () -> !answers(router, sinceMillis).isEmpty());
        return answers(router, sinceMillis).get(0);
    }

    /** How long after an advertisement had left it a node answered last, in milliseconds. */
    private double afterTheLastAdvertisement(Router router, double sinceMillis) {
        double answer = sinceMillis + last(router, sinceMillis);
        return answer
                - recorded(router).stream()
                        .filter(frame -> frame.isVrrp() && frame.millis() <= answer)
                        .mapToDouble(Pcap.Frame::millis)
                        .max()
                        .orElseThrow();
    }

    private double last(Router router, double sinceMillis) {
        List<Double> answers = answers(router, sinceMillis);
        return answers.isEmpty() ? 0 : answers.get(answers.size() - 1) - sinceMillis;
    }

    @ParameterizedTest(name = "{0}, interval {1} s, SIG{2}")
    @CsvSource({
        "V3, 1, KILL",
        "V3, 0.1, KILL",
        "V3, 1, STOP",
        "V3, 0.1, STOP",
        "V3_IPV6, 1, KILL",
        "V3_IPV6, 0.1, KILL",
        "V3_IPV6, 1, STOP",
        "V3_IPV6, 0.1, STOP"
    })
    void aNodeThatDiesOrFreezesIsSilentBeforeItsSuccessorSpeaks(Form form, String interval, String signal) {
        RouterConfig config = RouterConfig.of(form).interval(interval).inside("use_vmac");
        record();
        first.start(config).awaitActive();
        assertThat(first.group().at("/lease").asString()).startsWith("kernel guard");
        second.start(config);
        ask(form.isIpv6());
        awaitFirst(first, Wire.now());

        double ended = Wire.now();
        first.process().signal(signal);
        double taken = awaitFirst(second, ended);
        second.awaitActive();

        double last = last(first, ended);
        System.out.printf(
                Locale.ROOT,
                "virtual MAC, %s, %s s, SIG%s: last answer after %.0f ms, the successor's first after %.0f ms%n",
                form,
                interval,
                signal,
                last,
                taken - ended);
        double lease = 3000 * Double.parseDouble(interval);
        assertThat(afterTheLastAdvertisement(first, ended)).isLessThan(lease + AT_ONCE_MILLIS);
        if (signal.equals("KILL")) {
            assertThat(last).isLessThan(END_OF_A_PROCESS_MILLIS);
        }
        assertThat(taken - ended).isGreaterThan(last);
        if (signal.equals("STOP")) {
            double woken = Wire.now();
            first.process().signal("CONT");
            Wait.until("it is a backup again", () -> first.state().equals("BACKUP") && !first.holds());
            assertThat(answers(first, woken)).isEmpty();
        }
    }
}
