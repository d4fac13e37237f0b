package io.ha4j.it;

/**
 * A keepalived.conf with one virtual router; ha4j and keepalived read the same text.
 *
 * @param more what follows the vrrp_instance
 */
record RouterConfig(int version, int priority, String interval, boolean preempt, String more) {
    static final String VIP = "10.77.0.100";
    static final int VRID = 51;

    /** Priority 100 and the shortest interval that a busy machine keeps: version 2 has whole seconds only. */
    static RouterConfig version(int version) {
        return new RouterConfig(version, 100, version == 2 ? "1" : "0.3", true, "");
    }

    RouterConfig priority(int value) {
        return new RouterConfig(version, value, interval, preempt, more);
    }

    RouterConfig interval(String seconds) {
        return new RouterConfig(version, priority, seconds, preempt, more);
    }

    RouterConfig nopreempt() {
        return new RouterConfig(version, priority, interval, false, more);
    }

    RouterConfig with(String text) {
        return new RouterConfig(version, priority, interval, preempt, more + text);
    }

    double intervalSeconds() {
        return Double.parseDouble(interval);
    }

    String text() {
        return """
                global_defs {
                    router_id it
                    vrrp_version %d
                }

                vrrp_instance VI_1 {
                    state BACKUP
                    interface eth0
                    virtual_router_id %d
                    priority %d
                    advert_int %s
                    %s
                    virtual_ipaddress {
                        %s/24
                    }
                }
                %s
                """.formatted(version, VRID, priority, interval, preempt ? "" : "nopreempt", VIP, more);
    }
}
