package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The carrier is lost and comes back. */
class LinkIT {
    @RegisterExtension
    final Testbed bed = new Testbed("tcpdump", "arping");

    @Test
    void withoutCarrierTheNodeIsInFaultAndWithoutTheAddress() {
        LabHost one = bed.host("one", "10.77.0.1/24");
        LabHost two = bed.host("two", "10.77.0.2/24");
        Wire wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
        RouterConfig config = RouterConfig.version(3);
        Router high = new Router(bed, Kind.HA4J, one).start(config.priority(150));
        high.awaitActive();
        Router low = new Router(bed, Kind.HA4J, two).start(config.priority(100));

        one.unplug();
        Wait.until("FAULT, and no address", () -> high.state().equals("FAULT") && !high.holds());
        low.awaitActive();
        wire.assertSettled(2, low, high);

        one.plug();
        high.awaitActive();
        low.awaitBackup();
        wire.assertSettled(2, high, low);
        List<String> states = high.process().lines().stream()
                .map(LabProcess.Line::text)
                .filter(line -> line.contains("Entering"))
                .map(line -> line.replaceFirst(".*Entering (\\w+) STATE.*", "$1"))
                .toList();
        assertThat(states).containsExactly("BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER");
    }

    /** The membership of the group goes with the interface. */
    @Test
    void anInterfaceThatIsDeletedAndMadeAgainIsHeardAndSpokenOn() {
        LabHost one = bed.host("one", "10.77.0.1/24");
        LabHost two = bed.host("two", "10.77.0.2/24");
        Wire wire = Wire.record(bed, bed.host("client", "10.77.0.254/24"));
        RouterConfig config = RouterConfig.version(3);
        Router low = new Router(bed, Kind.HA4J, one).start(config.priority(100));
        low.awaitActive();

        String network = bed.lab().name() + "-switch";
        one.exec("ip", "link", "del", "eth0"); // and its port at the switch
        Wait.untilEqual("FAULT", low::state);
        one.exec(
                "sh",
                "-ec",
                "ip link add eth0 address " + low.mac() + " type veth peer name one netns " + network + "; ip -n "
                        + network
                        + " link set one master br0 up; ip addr add 10.77.0.1/24 dev eth0; ip link set eth0 up");
        low.awaitActive();
        wire.assertSettled(2, low); // it is heard

        Router high = new Router(bed, Kind.HA4J, two).start(config.priority(150));
        high.awaitActive();
        low.awaitBackup(); // it hears
        wire.assertSettled(3, high, low);
    }
}
