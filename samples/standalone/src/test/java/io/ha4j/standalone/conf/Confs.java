package io.ha4j.standalone.conf;

import java.util.List;

/** Files that the tests begin with. */
public final class Confs {
    public static final String VIP = """
            global_defs {
                router_id node1
                vrrp_version 3
            }
            vrrp_instance VI_1 {
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority 150
                advert_int 0.25
                virtual_ipaddress {
                    10.77.0.100/24 dev eth1 label eth1:vip
                    10.77.0.101
                }
            }
            """;

    public static final String SERVER = """
            virtual_server 10.77.0.100 80 {
                lb_algo wrr
                lb_kind RELAY
                protocol TCP
                delay_loop 2.5
                real_server 10.77.0.11 8080 {
                    weight 3
                    TCP_CHECK {
                        connect_timeout 0.5
                        retry 2
                        delay_before_retry 0.2
                    }
                }
                real_server 10.77.0.12 8080 {
                }
            }
            """;

    public static final String ADDRESS_OPTIONS = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                promote_secondaries
                virtual_ipaddress {
                    10.77.0.100/24 brd 10.77.0.255 scope site
                    10.77.0.101/24 noprefixroute scope 253
                }
                virtual_ipaddress_excluded {
                    10.77.1.1/24 dev eth1 label eth1:x
                    2001:db8::1 preferred_lft forever home
                    2001:db8::2/64 preferred_lft 0 scope global
                }
            }
            """;

    public static final String ROUTES = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                virtual_ipaddress { 10.77.0.100/24
                } virtual_routes {
                    10.1.0.0/16 via 10.77.0.1
                    src 10.77.0.100 to 10.2.0.0/16 gw 10.77.0.1 dev eth0 table 100 metric 5
                    10.3.0.0/16 dev eth0 scope link
                    blackhole 10.4.0.0/16
                    default via 10.77.0.1 metric 50
                    2001:db8:5::/48 via 2001:db8::1
                    unreachable 2001:db8:6::/48
                }
            }
            """;

    private Confs() {}

    /** The problems of a text, as they are printed; empty when there are none. */
    public static List<String> problems(String text) {
        try {
            return Configuration.parse("f", text).warnings().stream()
                    .map(Problem::toString)
                    .toList();
        } catch (ConfException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
