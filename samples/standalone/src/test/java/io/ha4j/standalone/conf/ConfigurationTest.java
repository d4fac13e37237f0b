package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Announcements;
import io.ha4j.SimplePassword;
import io.ha4j.Unicast;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualMac;
import io.ha4j.VirtualRoute;
import io.ha4j.VirtualRouter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sound file becomes. */
class ConfigurationTest {
    @Test
    void readsAnInstance() throws Exception {
        Configuration configuration = Configuration.parse("f", Confs.VIP);

        assertThat(configuration.routerId()).isEqualTo("node1");
        assertThat(configuration.warnings()).isEmpty();
        assertThat(configuration.instances())
                .containsExactly(new VrrpInstance(
                        5,
                        "VI_1",
                        VirtualRouter.on("eth0")
                                .id(51)
                                .version(3)
                                .priority(150)
                                .advertisementInterval(Duration.ofMillis(250))
                                .build(),
                        List.of(
                                VirtualAddress.of("10.77.0.100/24").on("eth1").labelled("eth1:vip"),
                                VirtualAddress.of("10.77.0.101/32"))));
    }

    @Test
    void readsTheScriptsOfAnInstance() throws Exception {
        Configuration configuration = Configuration.parse("f", Confs.VIP.replace("virtual_router_id", """
                        notify_master "/bin/sh -c 'exit 0'"
                        notify_backup /bin/true
                        notify /bin/echo
                        virtual_router_id"""));

        assertThat(configuration.instances().get(0).notifications())
                .isEqualTo(new Notifications(
                        List.of("/bin/sh", "-c", "exit 0"),
                        List.of("/bin/true"),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("/bin/echo")));
    }

    /** keepalived.conf(5): the addresses determine the family, and IPv6 instances use version 3. */
    @Test
    void ipv6AddressesMakeAnIpv6InstanceBesideTheIpv4OneOfTheSameId() throws Exception {
        Configuration configuration = Configuration.parse("f", """
                        vrrp_instance FOUR {
                          interface eth0
                          virtual_router_id 1
                          virtual_ipaddress {
                            10.0.0.1
                          }
                        }
                        vrrp_instance SIX {
                          interface eth0
                          virtual_router_id 1
                          advert_int 0.25
                          mcast_src_ip fe80::7
                          virtual_ipaddress {
                            fe80::1/64 scope link
                            2001:DB8:0::1/64 dev eth1
                          }
                        }
                        """);

        assertThat(configuration.warnings()).isEmpty();
        VrrpInstance six = configuration.instances().get(1);
        assertThat(six.router().version()).isEqualTo(3);
        assertThat(six.router().sourceAddress()).isEqualTo(InetAddress.getByName("fe80::7"));
        assertThat(six.addresses())
                .containsExactly(
                        VirtualAddress.of("fe80::1/64"),
                        VirtualAddress.of("2001:db8::1/64").on("eth1"));
        assertThat(configuration.instances().get(0).router().version()).isEqualTo(2);
    }

    @Test
    void addressesHaveTheOptionsOfKeepalived() throws Exception {
        Configuration configuration = Configuration.parse("f", Confs.ADDRESS_OPTIONS);

        assertThat(configuration.warnings()).isEmpty();
        assertThat(configuration.instances().get(0).addresses())
                .containsExactly(
                        VirtualAddress.of("10.77.0.100/24")
                                .broadcast("10.77.0.255")
                                .scope(VirtualAddress.SITE),
                        VirtualAddress.of("10.77.0.101/24").prefixRoute(false).scope(VirtualAddress.LINK),
                        VirtualAddress.of("10.77.1.1/24")
                                .on("eth1")
                                .labelled("eth1:x")
                                .excluded(),
                        VirtualAddress.of("2001:db8::1")
                                .deprecated(false)
                                .home(true)
                                .excluded(),
                        VirtualAddress.of("2001:db8::2/64").deprecated(true).excluded());
    }

    @Test
    void readsVirtualRoutes() throws Exception {
        Configuration configuration = Configuration.parse("f", Confs.ROUTES);

        assertThat(configuration.warnings()).isEmpty();
        assertThat(configuration.instances().get(0).routes())
                .containsExactly(
                        VirtualRoute.to("10.1.0.0/16").via("10.77.0.1"),
                        VirtualRoute.to("10.2.0.0/16")
                                .via("10.77.0.1", "eth0")
                                .source("10.77.0.100")
                                .table(100)
                                .metric(5),
                        VirtualRoute.to("10.3.0.0/16").dev("eth0").scope(VirtualAddress.LINK),
                        VirtualRoute.to("10.4.0.0/16").blackhole(),
                        VirtualRoute.to("0.0.0.0/0").via("10.77.0.1").metric(50),
                        VirtualRoute.to("2001:db8:5::/48").via("2001:db8::1"),
                        VirtualRoute.to("2001:db8:6::/48").unreachable());
    }

    @Test
    void announcementsAreThoseOfTheInstanceThenOfAllThenTheUsual() throws Exception {
        String text = Confs.VIP.replace("global_defs {", """
                global_defs {
                  vrrp_garp_master_repeat 3
                  vrrp_garp_master_delay 7
                  vrrp_garp_interval 0.001
                  vrrp_gna_interval 0.002""").replace("priority 150", """
                priority 150
                garp_master_delay 0
                garp_master_refresh 30
                garp_master_refresh_repeat 2
                garp_lower_prio_repeat 1""");

        assertThat(announcements(text))
                .isEqualTo(new Announcements(
                        3,
                        Duration.ZERO,
                        1,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(30),
                        2,
                        Duration.ofMillis(1),
                        Duration.ofMillis(2)));
        assertThat(announcements(Confs.VIP)).isEqualTo(Announcements.DEFAULT);
        assertThat(announcements(Confs.VIP.replace("global_defs {", "global_defs {\nvrrp_min_garp")))
                .isEqualTo(Announcements.DEFAULT.whenTaken(1, Duration.ZERO).afterContention(1, Duration.ZERO));
    }

    private static Announcements announcements(String text) throws ConfException {
        Configuration configuration = Configuration.parse("f", text);
        assertThat(configuration.warnings()).isEmpty();
        return configuration.instances().get(0).announcements();
    }

    @Test
    void thePasswordOfVersion2IsReadAndCutAsInKeepalived() throws Exception {
        String text = """
                        vrrp_instance A {
                          interface eth0
                          virtual_router_id 1
                          authentication {
                            auth_type PASS
                            auth_pass 123456789
                          }
                          virtual_ipaddress {
                            10.0.0.1
                          }
                        }
                        """;
        Configuration configuration = Configuration.parse("f", text);

        assertThat(configuration.instances().get(0).router().password()).isEqualTo(new SimplePassword("12345678"));
        assertThat(configuration.warnings()).hasSize(1);
        assertThatThrownBy(() -> Configuration.parse("f", text.replace("PASS", "AH")))
                .hasMessageContaining("f:5: auth_type AH is not supported: RFC 3768 removed it");
    }

    @Test
    void unicastPeersAreReadWithTheirMinimumTtl() throws Exception {
        VirtualRouter router = Configuration.parse("f", """
                        vrrp_instance A {
                          interface eth0
                          virtual_router_id 1
                          unicast_src_ip 10.0.0.8
                          unicast_ttl 64
                          check_unicast_src
                          unicast_peer {
                            10.0.0.9 min_ttl 60 max_ttl 255
                            10.0.1.9 min_ttl 60
                          }
                          virtual_ipaddress {
                            10.0.0.1
                          }
                        }
                        """).instances().get(0).router();

        assertThat(router.sourceAddress()).isEqualTo(InetAddress.getByName("10.0.0.8"));
        assertThat(router.unicast())
                .isEqualTo(new Unicast(
                        List.of(InetAddress.getByName("10.0.0.9"), InetAddress.getByName("10.0.1.9")), 64, 60));
    }

    @Test
    void defaultsAreThoseOfKeepalived() throws Exception {
        VirtualRouter router = Configuration.parse("f", """
                        vrrp_instance A {
                          interface eth0
                          virtual_router_id 1
                          virtual_ipaddress {
                            10.0.0.1
                          }
                        }
                        """).instances().get(0).router();

        assertThat(router.version()).isEqualTo(2);
        assertThat(router.priority()).isEqualTo(100);
        assertThat(router.advertisementInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(router.preempt()).isTrue();
        assertThat(router.sourceAddress()).isNull();
    }

    @Test
    void anInstanceOverridesTheGlobalVersionWhereverThatStands() throws Exception {
        String instance = Confs.VIP.substring(Confs.VIP.indexOf("vrrp_instance"));
        assertThat(Configuration.parse("f", instance + "global_defs {\n vrrp_version 3\n}\n")
                        .instances()
                        .get(0)
                        .router()
                        .version())
                .isEqualTo(3);
        assertThat(Configuration.parse("f", Confs.VIP.replace("advert_int 0.25", "version 2\nadvert_int 2"))
                        .instances()
                        .get(0)
                        .router()
                        .version())
                .isEqualTo(2);
    }

    @Test
    void readsNopreemptAndTheSource() throws Exception {
        VirtualRouter router = Configuration.parse(
                        "f", Confs.VIP.replace("priority 150", "nopreempt\nmcast_src_ip 10.77.0.1"))
                .instances()
                .get(0)
                .router();

        assertThat(router.preempt()).isFalse();
        assertThat(router.sourceAddress()).isEqualTo(InetAddress.getByName("10.77.0.1"));
    }

    @Test
    void readsThePriorityOfAnOwnerWhateverItsState() throws Exception {
        for (String state : List.of("state MASTER", "state BACKUP")) {
            VirtualRouter router = Configuration.parse(
                            "f",
                            Confs.VIP.replace("priority 150", "priority 255").replace("state BACKUP", state))
                    .instances()
                    .get(0)
                    .router();
            assertThat(router.isOwner()).isTrue();
        }
    }

    @Test
    void readsDelays() throws Exception {
        VirtualRouter router = Configuration.parse(
                        "f",
                        Confs.VIP
                                .replace("priority 150", "preempt_delay 4.12")
                                .replace("vrrp_version 3", "vrrp_version 3\nvrrp_startup_delay 5.5"))
                .instances()
                .get(0)
                .router();

        assertThat(router.preemptDelay()).isEqualTo(Duration.ofMillis(4120));
        assertThat(router.startupDelay()).isEqualTo(Duration.ofMillis(5500));
    }

    @Test
    void readsTheVirtualMacAndTheAcceptMode() throws Exception {
        assertThat(router("").virtualMac()).isNull();
        assertThat(router("").acceptMode()).isTrue();
        assertThat(router("use_vmac").virtualMac()).isEqualTo(VirtualMac.DEFAULT);
        assertThat(router("use_vmac vip0").virtualMac()).isEqualTo(new VirtualMac("vip0", true));
        assertThat(router("use_vmac\nvmac_xmit_base").virtualMac()).isEqualTo(new VirtualMac(null, false));
        assertThat(router("accept").acceptMode()).isTrue();
        assertThat(router("no_accept").acceptMode()).isFalse();
    }

    private static VirtualRouter router(String statement) throws Exception {
        return Configuration.parse("f", Confs.VIP.replace("priority 150", statement))
                .instances()
                .get(0)
                .router();
    }

    @Test
    void saysThatAServerGetsNoConnectionsWithNoAccept() throws Exception {
        Configuration configuration =
                Configuration.parse("f", Confs.VIP.replace("priority 150", "no_accept") + Confs.SERVER);

        assertThat(configuration.warnings())
                .anySatisfy(warning -> assertThat(warning.message())
                        .endsWith("virtual_server 10.77.0.100 80 gets no connections: vrrp_instance VI_1 of line 5 has"
                                + " no_accept"));
    }

    @Test
    void refusesTwoMacvlansOfOneName() {
        String other = Confs.VIP
                .substring(Confs.VIP.indexOf("vrrp_instance"))
                .replace("VI_1", "VI_2")
                .replace("eth0", "eth1")
                .replace("10.77.0.10", "10.78.0.10")
                .replace("priority 150", "use_vmac");

        assertThatThrownBy(() -> Configuration.parse("f", Confs.VIP.replace("priority 150", "use_vmac") + other))
                .hasMessageContaining("VI_2 and vrrp_instance VI_1 of line 5 would both be vrrp.51: give one a name");
    }

    @Test
    void readsAFileWithBytesThatAreNoText(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("k.conf");
        Files.write(file, ("# caf\u00e9\n" + Confs.SERVER).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));

        assertThat(Configuration.read(file).virtualServers()).hasSize(1);
    }
}
