package io.ha4j.lab;

import java.util.List;

/** The text of a node's keepalived.conf. */
final class NodeConfig {
    private NodeConfig() {}

    /** One virtual router on {@code eth0}, version 3, an advertisement every 100 ms. */
    static String virtualRouter(int priority, String virtualAddress, int prefix) {
        return """
                global_defs {
                    vrrp_version 3
                }

                vrrp_instance VI_1 {
                    state BACKUP
                    interface %s
                    virtual_router_id 51
                    priority %d
                    advert_int 0.1
                    virtual_ipaddress {
                        %s/%d
                    }
                }

                """.formatted(LabHost.INTERFACE, priority, virtualAddress, prefix);
    }

    /** One virtual server that relays round robin to these backends and checks them every second. */
    static String virtualServer(String address, int port, List<Backend> backends) {
        StringBuilder text = new StringBuilder("""
                virtual_server %s %d {
                    delay_loop 1
                    lb_algo rr
                    lb_kind RELAY
                    protocol TCP
                """.formatted(address, port));
        for (Backend backend : backends) {
            text.append("""

                        real_server %s %d {
                            weight 1
                            TCP_CHECK {
                                connect_timeout 1
                            }
                        }
                    """.formatted(backend.address(), backend.port()));
        }
        return text.append("}\n").toString();
    }
}
