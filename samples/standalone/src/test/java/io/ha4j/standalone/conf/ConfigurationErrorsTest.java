package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every complaint, with its line. Lines of {@link Confs#VIP}: 9 is priority, 10 is advert_int. */
class ConfigurationErrorsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            priority 150          | priority 300       | f:9: priority must be in [1, 255], but was 300
            priority 150          | priority 0         | f:9: priority must be in [1, 255], but was 0
            priority 150          | priority abc       | f:9: priority must be in [1, 255], but was abc
            priority 150          | priority 99999999999999999999 | f:9: priority must be in [1, 255], but was 99999999999999999999
            priority 150          | priority           | f:9: priority needs a value
            priority 150          | priority 1 2       | f:9: priority takes one value, but has 2: 1 2
            priority 150          | preempt_delay 1000.5 | f:9: preempt_delay must be in [0, 1000] seconds, but was 1000.5
            priority 150          | preempt_delay -1   | f:9: preempt_delay must be a number of seconds of 0 or more, but was -1
            priority 150          | preempt_delay 5\\nnopreempt | f:9: warning: preempt_delay has no effect with nopreempt of line 10
            priority 150          | priority 255\\nnopreempt | f:10: warning: nopreempt has no effect with priority 255: the owner of an address always takes it
            priority 150          | priority 255\\npreempt_delay 5 | f:10: warning: preempt_delay has no effect with priority 255: the owner of an address always takes it
            vrrp_version 3        | vrrp_startup_delay 0 | f:3: vrrp_startup_delay must be a number of seconds above 0, but was 0
            vrrp_version 3        | vrrp_startup_delay 0.0001 | f:3: vrrp_startup_delay must be in [0.001, 1000] seconds, but was 0.0001
            vrrp_version 3        | vrrp_startup_delay 1001 | f:3: vrrp_startup_delay must be in [0.001, 1000] seconds, but was 1001
            priority 150          | prioritty 150      | f:9: unknown keyword 'prioritty' in vrrp_instance VI_1; did you mean 'priority'?
            priority 150          | xyz 1              | f:9: unknown keyword 'xyz' in vrrp_instance VI_1
            priority 150          | track_bfd 1        | f:9: track_bfd in vrrp_instance VI_1 is not supported by this version of ha4j
            priority 150          | smtp_alert         | f:9: warning: smtp_alert has no effect in ha4j
            priority 150          | state MASTER       | f:9: state was given in line 6 already
            priority 150          | priority 1 { }     | f:9: priority takes no block
            priority 150          | version 4          | f:9: version must be in [2, 3], but was 4
            priority 150          | mcast_src_ip x     | f:9: mcast_src_ip must be an IPv4 or IPv6 address, but was x
            priority 150          | mcast_src_ip ::1   | f:9: mcast_src_ip must be an IPv4 address, but was ::1
            priority 150          | use_vmac a b       | f:9: use_vmac takes the name of an interface or nothing: the MAC address is that of RFC 9568 §7.3, 00-00-5E-00-01-{virtual_router_id}, over IPv6 00-00-5E-00-02-{virtual_router_id}
            priority 150          | use_vmac 00:00:5e:00:01:33 | f:9: use_vmac takes the name of an interface or nothing: the MAC address is that of RFC 9568 §7.3, 00-00-5E-00-01-{virtual_router_id}, over IPv6 00-00-5E-00-02-{virtual_router_id}
            priority 150          | use_vmac averyverylongname | f:9: use_vmac: interfaceName must have 1 to 15 characters, but was "averyverylongname"
            priority 150          | use_vmac a/b       | f:9: use_vmac: interfaceName must have no space, slash or colon, but was "a/b"
            priority 150          | use_vmac_addr      | f:9: use_vmac_addr is not supported: addresses with a dev of their own stay on that interface, with its MAC address
            priority 150          | use_ipvlan         | f:9: use_ipvlan is not supported: an ipvlan has the MAC address of the interface beneath; leave it out, or write use_vmac for a MAC address that moves
            priority 150          | vmac_xmit_base     | f:9: warning: vmac_xmit_base without use_vmac has no effect
            priority 150          | vmac_xmit_base 1   | f:9: vmac_xmit_base takes no value, but has 1
            priority 150          | accept\\nno_accept  | f:10: no_accept contradicts accept of line 9
            priority 150          | ha4j {\\nconnection_drain 3601\\n} | f:10: connection_drain must be in [0, 3600] seconds, but was 3601
            priority 150          | ha4j {\\nconnection_drain 30\\n}\\nno_accept | f:10: connection_drain has no effect with no_accept, with which no connection ends at the addresses: leave one of them out
            priority 150          | ha4j {\\nconnection_drain 30\\nkernel_guard off\\n} | f:10: connection_drain has no effect with kernel_guard off, without which this node would answer meanwhile: leave one of them out
            priority 150          | ha4j {\\nlease 1\\n} | f:10: lease must be in [0.375, 0.75] seconds, 1.5 to 3 times advert_int, but was 1
            priority 150          | ha4j {\\nlease short\\n} | f:10: lease must be a number of seconds above 0, but was short
            priority 150          | ha4j {\\nkernel_guard maybe\\n} | f:10: kernel_guard must be on, off, true, false, yes or no, but was maybe
            priority 150          | ha4j {\\nlinger 30\\n} | f:10: unknown keyword 'linger' in ha4j
            priority 150          | nopreempt yes      | f:9: nopreempt takes no value, but has yes
            priority 150          | ha4j               | f:9: ha4j needs a block in braces
            priority 150          | ha4j {\\nidle_timeout 1\\n} | f:10: unknown keyword 'idle_timeout' in ha4j
            priority 150          | ha4j {\\ndeath_detection {\\nsecret 0123456789abcdef\\n}\\n} | f:10: death_detection has no port
            priority 150          | ha4j {\\ndeath_detection {\\nport 7112\\n}\\n} | f:10: death_detection has no secret and no secret_file
            priority 150          | ha4j {\\ndeath_detection {\\nport 0\\nsecret 0123456789abcdef\\n}\\n} | f:11: port must be in [1, 65535], but was 0
            priority 150          | ha4j {\\ndeath_detection {\\nport 7112\\nsecret 0123456789\\n}\\n} | f:12: secret of deathDetection must have 16 to 1024 bytes in UTF-8, but had 10
            priority 150          | ha4j {\\ndeath_detection {\\nport 7112\\nsecret 0123456789abcdef\\nsecret_file /x\\n}\\n} | f:13: secret_file contradicts secret of line 12
            priority 150          | include x.conf     | f:9: include in vrrp_instance VI_1 is not supported by this version of ha4j
            priority 150          | $PRIO              | f:9: '$PRIO': parameters and conditions are not supported by this version of ha4j
            state BACKUP          | state FOO          | f:6: state must be MASTER or BACKUP, but was FOO
            state BACKUP          | state BACKUPP      | f:6: state must be MASTER or BACKUP, but was BACKUPP; did you mean 'BACKUP'?
            interface eth0        |                    | f:5: vrrp_instance VI_1 has no interface
            interface eth0        | interface averyverylongname | f:7: interface must have 1 to 15 characters, but was averyverylongname
            virtual_router_id 51  |                    | f:5: vrrp_instance VI_1 has no virtual_router_id
            virtual_router_id 51  | virtual_router_id 256 | f:8: virtual_router_id must be in [1, 255], but was 256
            advert_int 0.25       | advert_int 0.005   | f:10: advert_int of VRRP version 3 must be in [0.01, 40.95] in steps of 0.01, but was 0.005
            advert_int 0.25       | advert_int 41      | f:10: advert_int of VRRP version 3 must be in [0.01, 40.95] in steps of 0.01, but was 41
            advert_int 0.25       | advert_int 0       | f:10: advert_int must be a number of seconds above 0, but was 0
            advert_int 0.25       | advert_int 1e3     | f:10: advert_int must be a number of seconds above 0, but was 1e3
            advert_int 0.25       | advert_int .       | f:10: advert_int must be a number of seconds above 0, but was .
            vrrp_version 3        | vrrp_version 2     | f:10: advert_int of VRRP version 2 must be in [1, 255] in whole seconds, but was 0.25; fractions need version 3
            vrrp_version 3        | vrrp_strict        | f:3: vrrp_strict in global_defs is not supported by this version of ha4j
            10.77.0.100/24 dev    | 10.77.0.300/24 dev | f:12: virtual address must be an IPv4 or IPv6 address, but was 10.77.0.300
            10.77.0.100/24 dev    | 10.77.0.100/33 dev | f:12: virtual prefixLength of 10.77.0.100 must be in [0, 32], but was 33
            10.77.0.100/24 dev    | host.example dev   | f:12: virtual address must be an IPv4 or IPv6 address, but was host.example
            10.77.0.100/24 dev    | fe80::1/64 dev     | f:5: vrrp_instance VI_1 has addresses of both families, fe80::1/64 and 10.77.0.101/32: give each family an instance of its own (with the same virtual_router_id, if you like)
            10.77.0.100/24 dev    | 2001:db8::1/64 dev | f:5: the first address of an IPv6 instance must be link-local (RFC 9568, erratum 8300), but of vrrp_instance VI_1 it was 2001:db8::1/64: put one before it, such as fe80::33/64
            10.77.0.100/24 dev    | 224.0.0.1/24 dev   | f:12: virtual address must be a unicast address of a network, but was 224.0.0.1
            dev eth1 label        | 10.77.0.9 label    | f:12: unknown option '10.77.0.9' of the address 10.77.0.100/24; each address needs a line of its own
            label eth1:vip        | label              | f:12: label needs a value
            label eth1:vip        | label eth1:toolongalabel | f:12: label must have 1 to 15 characters, but was eth1:toolongalabel
            label eth1:vip        | scope nearby       | f:12: scope must be global, site, link, host, nowhere or a number in [0, 255], but was nearby
            label eth1:vip        | scope 256          | f:12: scope must be global, site, link, host, nowhere or a number in [0, 255], but was 256
            label eth1:vip        | brd x              | f:12: brd: address must be a literal IPv4 or IPv6 address, but was x
            label eth1:vip        | brd ::1            | f:12: brd: broadcast must be an IPv4 address, but was ::1
            10.77.0.101           | 10.77.0.101 brd +  | f:13: brd: broadcast must not be automatic for 10.77.0.101/32: a network of one or two addresses has none
            label eth1:vip        | home               | f:12: home is for IPv6 addresses only, but 10.77.0.100/24 is an IPv4 address
            label eth1:vip        | preferred_lft 0    | f:12: preferred_lft is for IPv6 addresses only, but 10.77.0.100/24 is an IPv4 address
            label eth1:vip        | peer 10.0.0.1      | f:12: peer is not supported by this version of ha4j
            label eth1:vip        | no_track           | f:12: warning: no_track has no effect in ha4j: an address that somebody removes is put back, and the state does not change
            10.77.0.101           | 10.77.0.100        | f:5: virtual address 10.77.0.100 of vrrp_instance VI_1 is given twice
            global_defs {         | include x.conf\\nglobal_defs { | f:1: include at the top level is not supported by this version of ha4j
            global_defs {         | blobal_defs {      | f:1: unknown keyword 'blobal_defs' at the top level; did you mean 'global_defs'?
            vrrp_instance VI_1    | vrrp_instance      | f:5: vrrp_instance needs a value
            """)
    void saysWhatIsWrongWithAnInstance(String from, String to, String problem) {
        String text = Confs.VIP.replace(from, to == null ? "" : to.replace("\\n", "\n"));

        // The damage may have consequences further down; the cause has to be there.
        assertThat(Confs.problems(text)).contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            lb_kind RELAY   | lb_kind NAT     | f:3: lb_kind NAT is not supported by this version of ha4j: RELAY is what it has (connections are relayed in user space)
            lb_kind RELAY   | lvs_method TUN type gre | f:3: lvs_method TUN is not supported by this version of ha4j: RELAY is what it has (connections are relayed in user space)
            lb_kind RELAY   | lb_kind RELAI   | f:3: lb_kind must be RELAY, but was RELAI; did you mean 'RELAY'?
            lb_kind RELAY   |                 | f:1: virtual_server 10.77.0.100 80 has no lb_kind, and keepalived's default is NAT: this version of ha4j has RELAY
            lb_algo wrr     | lb_algo lblc    | f:2: lb_algo lblc is not supported by this version of ha4j: it has rr, wrr, lc, wlc, sed, nq, sh, dh, mh, p2c, random, peak-ewma, bounded-load
            lb_algo wrr     | lb_algo abc     | f:2: lb_algo abc is no scheduler; this version of ha4j has rr, wrr, lc, wlc, sed, nq, sh, dh, mh, p2c, random, peak-ewma, bounded-load
            protocol TCP    | protocol SCTP   | f:4: protocol SCTP is not supported by this version of ha4j: TCP and UDP are
            protocol TCP    | protocol UDP\\nops | f:5: ops in virtual_server 10.77.0.100 80 is not supported by this version of ha4j
            protocol TCP    | protocol UDP\\nha4j {\\naccept_proxy ::/0\\n} | f:6: accept_proxy must not be given with protocol UDP
            protocol TCP    | protocol UDP\\nha4j {\\nmax_queued 1\\n} | f:6: warning: max_queued has no effect with protocol UDP
            protocol TCP    | protocol UDP\\nha4j {\\nmax_connection_rate 1\\n} | f:6: warning: max_connection_rate has no effect with protocol UDP
            protocol TCP    |                 | f:1: warning: virtual_server 10.77.0.100 80 has no protocol: ha4j takes TCP, keepalived UDP
            protocol TCP    | lvs_sched rr    | f:4: lb_algo was given in line 2 already
            protocol TCP    | lvs_method NAT  | f:4: lb_kind was given in line 3 already
            protocol TCP    | quorum 2        | f:4: quorum in virtual_server 10.77.0.100 80 is not supported by this version of ha4j
            protocol TCP    | persistence_timeout 0 | f:4: persistence_timeout must be in [1, 2678400], but was 0
            protocol TCP    | persistence_timeout 5 6 | f:4: persistence_timeout takes one value, but has 2: 5 6
            protocol TCP    | persistence_granularity 24 | f:4: persistence_granularity of an IPv4 server must be a netmask such as 255.255.255.0, but was 24
            protocol TCP    | persistence_granularity 255.0.255.0 | f:4: persistence_granularity of an IPv4 server must be a netmask such as 255.255.255.0, but was 255.0.255.0
            protocol TCP    | ha4j {\\nmax_persistent_clients 0\\n} | f:5: max_persistent_clients must be in [1, 2147483647], but was 0
            protocol TCP    | omega           | f:4: warning: omega has no effect in ha4j
            delay_loop 2.5  | delay_loop 0    | f:5: delay_loop must be a number of seconds above 0, but was 0
            weight 3        | weight -1       | f:7: weight must be in [0, 65535], but was -1
            weight 3        | weigth 3        | f:7: unknown keyword 'weigth' in real_server 10.77.0.11 8080; did you mean 'weight'?
            weight 3        | PING_CHECK {\\n} | f:7: PING_CHECK in real_server 10.77.0.11 8080 is not supported by this version of ha4j
            weight 3        | lvs_method DR   | f:7: lvs_method DR is not supported by this version of ha4j: RELAY is what it has
            TCP_CHECK {     | TCP_CHEK {      | f:8: unknown keyword 'TCP_CHEK' in real_server 10.77.0.11 8080; did you mean 'TCP_CHECK'?
            retry 2         | retry -2        | f:10: retry must be in [0, 1000000], but was -2
            retry 2         | connect_port 0  | f:10: connect_port must be in [1, 65535], but was 0
            retry 2         | connect_ip x    | f:10: connect_ip must be an IPv4 or IPv6 address, but was x
            retry 2         | fwmark 1        | f:10: fwmark in TCP_CHECK is not supported by this version of ha4j
            10.77.0.12 8080 | 10.77.0.11 8080 | f:14: real_server 10.77.0.11 8080 is in line 6 already
            10.77.0.12 8080 | 10.77.0.12      | f:14: real_server needs an address and a port, but has 10.77.0.12
            10.77.0.12 8080 | 10.77.0.12 0    | f:14: port of real_server must be in [1, 65535], but was 0
            10.77.0.12 8080 | 10.77.0.256 80  | f:14: address of real_server must be an IPv4 or IPv6 address, but was 10.77.0.256
            10.77.0.12 8080 | a..example 80   | f:14: address of real_server must be an IPv4 or IPv6 address, but was a..example
            10.77.0.12 8080 | a.example 0     | f:14: port of real_server must be in [1, 65535], but was 0
            protocol TCP    | ha4j {\\ntransport uring\\n} | f:5: transport must be auto, epoll, io_uring or nio, but was uring
            protocol TCP    | ha4j {\\ntransport nio\\nsource client\\n} | f:4: transport must not be nio with source client
            protocol TCP    | ha4j {\\nresolve_interval 0\\n} | f:5: resolve_interval must be a number of seconds above 0, but was 0
            protocol TCP    | ha4j {\\nresolve_interval 90000\\n} | f:5: resolve_interval must be in [0.01, 86400] seconds, but was 90000
            protocol TCP    | ha4j             | f:4: ha4j needs a block in braces
            protocol TCP    | ha4j x {\\n}     | f:4: ha4j takes no value, but has x
            protocol TCP    | ha4j {\\nidle_timout 1\\n} | f:5: unknown keyword 'idle_timout' in ha4j; did you mean 'idle_timeout'?
            protocol TCP    | ha4j {\\nconnect_timeout 0\\n} | f:5: connect_timeout must be a number of seconds above 0, but was 0
            protocol TCP    | ha4j {\\nidle_timeout 99999999\\n} | f:5: idle_timeout 99999999: idleTimeout must be in [0, 365 days], but was PT27777H46M39S
            protocol TCP    | ha4j {\\nmax_connections -1\\n} | f:5: max_connections must be in [0, 2147483647], but was -1
            protocol TCP    | ha4j {\\nmax_connections 1\\nmax_connections 2\\n} | f:6: max_connections was given in line 5 already
            protocol TCP    | sorry_server 10.77.0.12 8080 | f:4: sorry_server 10.77.0.12 8080 is the real_server of line 14
            protocol TCP    | sorry_server x 80 | f:4: address of sorry_server must be an IPv4 or IPv6 address, but was x
            weight 3        | uthreshold x    | f:7: uthreshold must be in [0, 2147483647], but was x
            weight 3        | ha4j {\\nslow_start 100000\\n} | f:8: slow_start must be at most 86400 seconds, but was 100000
            weight 3        | ha4j {\\nbackup 1\\n} | f:8: backup takes no value, but has 1
            protocol TCP    | ha4j {\\nfail_open_percent 101\\n} | f:5: fail_open_percent must be in [0, 100], but was 101
            protocol TCP    | ha4j {\\neject_time 0\\n} | f:5: eject_time must be a number of seconds above 0, but was 0
            protocol TCP    | ha4j {\\naccept_proxy\\n} | f:5: accept_proxy needs the networks of the proxies, such as 10.0.0.0/8
            protocol TCP    | ha4j {\\naccept_proxy 10.0.0.1/8\\n} | f:5: accept_proxy 10.0.0.1/8: network must have no bit set beyond its prefix, but was 10.0.0.1/8
            protocol TCP    | ha4j {\\naccept_proxy ::/0 x\\n} | f:5: accept_proxy x: address must be a literal IPv4 or IPv6 address, but was x
            protocol TCP    | ha4j {\\naccept_proxy_timeout 3601\\n} | f:5: accept_proxy_timeout must be in [0.001, 3600] seconds, but was 3601
            protocol TCP    | ha4j {\\naccept_proxy_timeout 1\\n} | f:5: warning: accept_proxy_timeout has no effect without accept_proxy
            protocol TCP    | ha4j {\\nsource\\n} | f:5: source needs client, or one address of each family, but was: source
            protocol TCP    | ha4j {\\nsource client 10.0.0.1\\n} | f:5: source needs client, or one address of each family, but was: source client 10.0.0.1
            protocol TCP    | ha4j {\\nsource clients\\n} | f:5: source clients: address must be a literal IPv4 or IPv6 address, but was clients; or client
            protocol TCP    | ha4j {\\nsource 0.0.0.0\\n} | f:5: source 0.0.0.0: source must be an address of one host, but was 0.0.0.0; or client
            protocol TCP    | protocol TCP\\nha4j {\\nsource client\\n}\\nreal_server ::1 80 {\\n} | f:1: warning: real_server ::1 gets no connections with source client, as virtual_server 10.77.0.100 80 is of the other address family
            weight 3        | ha4j {\\nsend_proxy v3\\n} | f:8: send_proxy must be v1 or v2, but was v3; did you mean 'v1'?
            10.77.0.100 80  | fwmark 1        | f:1: virtual_server fwmark is not supported by this version of ha4j
            """)
    void saysWhatIsWrongWithAVirtualServer(String from, String to, String problem) {
        String text = Confs.SERVER.replace(from, to == null ? "" : to.replace("\\n", "\n"));

        assertThat(Confs.problems(text)).contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            10.1.0.0/16 via 10.77.0.1 nexthop via 10.77.0.2 | f:6: routes with several next hops are not supported by this version of ha4j
            10.1.0.0/16 via 10.77.0.1 or 10.77.0.2          | f:6: routes with several next hops are not supported by this version of ha4j
            10.1.0.0/16 via 10.77.0.1 mtu 1400              | f:6: mtu of a route is not supported by this version of ha4j
            10.1.0.0/16                                     | f:6: route to 10.1.0.0/16: a gateway or an interface must be given for the route to 10.1.0.0/16
            10.1.2.0/16 dev eth0                            | f:6: route to 10.1.2.0/16: destination must have no bit set beyond its prefix, but was 10.1.2.0/16
            10.1.0.0/16 via 2001:db8::1                     | f:6: route to 10.1.0.0/16 via 2001:db8::1: gateway must be of the destination's family, but was 2001:db8::1
            10.1.0.0/16 via                                 | f:6: via needs a value
            10.1.0.0/16 via gate                            | f:6: via of a route must be an IPv4 or IPv6 address, but was gate
            10.1.0.0/16 dev eth0 table blue                 | f:6: table of a route must be in [1, 2147483647], but was blue
            10.1.0.0/16 dev eth0 10.2.0.0/16 dev eth0       | f:6: unknown option '10.2.0.0/16' of the route to 10.1.0.0/16; each route needs a line of its own
            blackhole 10.1.0.0/16 dev eth0                  | f:6: route to 10.1.0.0/16: gateway and interface must not be given for the blackhole route to 10.1.0.0/16
            via 10.77.0.1                                   | f:6: the route 'via 10.77.0.1' has no destination
            10.1.0.0/16 dev eth0 no_track                   | f:6: warning: no_track has no effect in ha4j: a route that somebody removes is put back
            10.1.0.0/16 dev eth0 proto static               | f:6: warning: proto has no effect in ha4j, which marks its routes with a protocol of its own (164)
            """)
    void saysWhatIsWrongWithARoute(String route, String problem) {
        assertThat(Confs.problems(Confs.ROUTES.replace("10.1.0.0/16 via 10.77.0.1", route)))
                .contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            garp_master_delay -1    | f:9: garp_master_delay must be a number of seconds of 0 or more, but was -1
            garp_master_repeat 0    | f:9: garp_master_repeat must be in [1, 100], but was 0
            garp_lower_prio_repeat x | f:9: garp_lower_prio_repeat must be in [0, 100], but was x
            garp_master_refresh 86401 | f:9: garp_master_refresh must be in [0, 86400] seconds, but was 86401
            """)
    void saysWhatIsWrongWithAnnouncements(String line, String problem) {
        assertThat(Confs.problems(Confs.VIP.replace("priority 150", line))).contains(problem);
    }

    @Test
    void reportsAllOfThemInOrder() {
        assertThat(Confs.problems(Confs.VIP
                        .replace("router_id node1", "router_idd node1")
                        .replace("virtual_router_id 51", "virtual_router_id 0")
                        .replace("priority 150", "priority 999")))
                .containsExactly(
                        "f:2: unknown keyword 'router_idd' in global_defs; did you mean 'router_id'?",
                        "f:8: virtual_router_id must be in [1, 255], but was 0",
                        "f:9: priority must be in [1, 255], but was 999");
    }

    @Test
    void nopreemptAndADelayNeedStateBackup() {
        assertThat(Confs.problems(
                        Confs.VIP.replace("state BACKUP", "state MASTER").replace("priority 150", "nopreempt")))
                .containsExactly("f:9: nopreempt does not work with state MASTER of line 6: write state BACKUP");
        assertThat(Confs.problems(
                        Confs.VIP.replace("state BACKUP", "state MASTER").replace("priority 150", "preempt_delay 5")))
                .containsExactly("f:9: preempt_delay does not work with state MASTER of line 6: write state BACKUP");
        assertThat(Confs.problems(Confs.VIP.replace("state BACKUP", "preempt").replace("priority 150", "nopreempt")))
                .containsExactly("f:6: preempt contradicts nopreempt of line 9");
    }

    @Test
    void instancesMustNotCollide() {
        String second = Confs.VIP.substring(Confs.VIP.indexOf("vrrp_instance"));
        assertThat(Confs.problems(Confs.VIP + second))
                .containsExactly(
                        "f:16: vrrp_instance VI_1 is in this file already",
                        "f:16: virtual_router_id 51 of vrrp_instance VI_1 is taken on eth0 by vrrp_instance VI_1 of line 5",
                        "f:16: virtual address 10.77.0.100 of vrrp_instance VI_1 is given twice: vrrp_instance VI_1 has it, too",
                        "f:16: virtual address 10.77.0.101 of vrrp_instance VI_1 is given twice: vrrp_instance VI_1 has it, too");
    }

    @Test
    void virtualServersMustNotCollide() {
        assertThat(Confs.problems(Confs.SERVER + Confs.SERVER))
                .containsExactly("f:17: virtual_server 10.77.0.100 80 is in line 1 already");
        assertThat(Confs.problems(Confs.SERVER + Confs.SERVER.replace("10.77.0.100 80", "0.0.0.0 80")))
                .containsExactly(
                        "f:1: virtual_server 10.77.0.100 80 cannot listen beside virtual_server 0.0.0.0 80 of line 17");
    }

    @Test
    void atMost255AddressesFitAnAdvertisement() {
        String addresses =
                IntStream.range(0, 256).mapToObj(i -> "10.1." + i + ".1\n").collect(Collectors.joining());
        assertThat(Confs.problems(Confs.VIP.replace("10.77.0.101\n", addresses)))
                .containsExactly("f:5: vrrp_instance VI_1 has 257 virtual addresses, but the most is 255");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "global_defs {\n}\n"})
    void aFileWithoutWorkIsRefused(String text) {
        assertThat(Confs.problems(text))
                .containsExactly("f:1: neither a vrrp_instance nor a virtual_server: there is nothing to do");
    }

    @Test
    void messagesAreOneLineWhateverTheFileHolds() {
        assertThat(Confs.problems("a\u001b[31mb\u0000c\n"))
                .isEqualTo(List.of("f:1: unknown keyword 'a?[31mb?c' at the top level"));
    }
}
