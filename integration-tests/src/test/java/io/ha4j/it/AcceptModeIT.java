package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.VirtualMac;
import io.ha4j.it.Router.Kind;
import io.ha4j.lab.LabException;
import io.ha4j.lab.LabHost;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With no_accept the active node answers for the address and forwards, and takes no packet for itself. */
class AcceptModeIT {
    @RegisterExtension
    final Testbed bed = new Testbed("nft", "curl");

    private LabHost one;
    private LabHost two;
    private LabHost client;

    @BeforeEach
    void segment() {
        one = bed.host("one", "10.77.0.1/24", "2001:db8:77::1/64");
        two = bed.host("two", "10.77.0.2/24", "2001:db8:77::2/64");
        client = bed.host("client", "10.77.0.254/24", "2001:db8:77::254/64");
        // Beyond: an address of host two, which the client reaches by the virtual router and one by host two.
        two.exec("ip", "addr", "add", "10.99.0.1/32", "dev", "lo");
        two.exec("ip", "addr", "add", "2001:db8:99::1/128", "dev", "lo", "nodad");
        one.exec("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        one.exec("ip", "route", "add", "10.99.0.1", "via", "10.77.0.2");
        one.exec("ip", "route", "add", "2001:db8:99::1", "via", "2001:db8:77::2");
        client.exec("ip", "route", "add", "10.99.0.1", "via", RouterConfig.VIP);
        client.exec("ip", "route", "add", "2001:db8:99::1", "via", RouterConfig.VIP6);
    }

    private void ping(String address) {
        client.exec("ping", "-c", "2", "-i", "0.2", "-W", "2", address);
    }

    @ParameterizedTest(name = "{0}, virtual MAC: {1}")
    @CsvSource({"V3, false", "V3, true", "V3_IPV6, false", "V3_IPV6, true", "V2, true"})
    void itForwardsAndAcceptsNothing(Form form, boolean virtualMac) {
        RouterConfig config = RouterConfig.of(form).inside("no_accept");
        RouterConfig whole = virtualMac ? config.inside("use_vmac") : config;
        Router router = new Router(bed, Kind.HA4J, one).start(whole);
        router.awaitActive();

        assertThatThrownBy(() -> ping(whole.vip())).isInstanceOf(LabException.class);
        assertThat(client.neighbour(whole.vip()))
                .as("it answers for the address")
                .contains(virtualMac ? VirtualMac.address(RouterConfig.VRID, form.isIpv6()) : one.mac());
        ping(form.isIpv6() ? "2001:db8:99::1" : "10.99.0.1");
        ping(form.isIpv6() ? "2001:db8:77::1" : "10.77.0.1");
        assertThat(router.group().at("/accept").asBoolean()).isFalse();

        router.process().kill();
        Wait.until(
                "the kernel has taken the table away",
                () -> !one.exec("nft", "list", "tables").contains("ha4j_refuse"));
        router.start(virtualMac ? RouterConfig.of(form).inside("use_vmac") : RouterConfig.of(form));
        router.awaitActive();
        ping(whole.vip());
    }
}
