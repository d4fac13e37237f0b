package io.ha4j.it;

/**
 * A keepalived.conf with one virtual router; ha4j and keepalived read the same text.
 *
 * @param inside further statements of the vrrp_instance
 * @param more what stands before it: keepalived knows scripts only if they do
 */
record RouterConfig(Form form, int priority, String interval, boolean preempt, String inside, String more) {
    static final String VIP = "10.77.0.100";
    static final String VIP6 = "2001:db8:77::100";
    static final String LINK_LOCAL_VIP = "fe80::5e:100";
    static final int VRID = 51;

    /** Priority 100 and the shortest interval that a busy machine keeps: version 2 has whole seconds only. */
    static RouterConfig of(Form form) {
        return new RouterConfig(form, 100, form.version == 2 ? "1" : "0.3", true, "", "");
    }

    static RouterConfig version(int version) {
        return of(version == 2 ? Form.V2 : Form.V3);
    }

    RouterConfig priority(int value) {
        return new RouterConfig(form, value, interval, preempt, inside, more);
    }

    RouterConfig interval(String seconds) {
        return new RouterConfig(form, priority, seconds, preempt, inside, more);
    }

    RouterConfig nopreempt() {
        return new RouterConfig(form, priority, interval, false, inside, more);
    }

    /** Adds a statement to the vrrp_instance. */
    RouterConfig inside(String statement) {
        return new RouterConfig(form, priority, interval, preempt, inside + "\n    " + statement, more);
    }

    RouterConfig with(String text) {
        return new RouterConfig(form, priority, interval, preempt, inside, more + text);
    }

    double intervalSeconds() {
        return Double.parseDouble(interval);
    }

    /** The address that clients use. */
    String vip() {
        return form.isIpv6() ? VIP6 : VIP;
    }

    /** As {@link #text()}, for the host 1 or 2 on the segment, by the last digit of its address. */
    String text(String own) {
        if (form == Form.V2_PASS) {
            return inside("authentication {\n        auth_type PASS\n        auth_pass 1234\n    }")
                    .text();
        }
        if (!form.isUnicast()) {
            return text();
        }
        String network = form.isIpv6() ? "2001:db8:77::" : "10.77.0.";
        int number = own.endsWith("1") ? 1 : 2;
        return inside("unicast_src_ip " + network + number + "\n    unicast_peer {\n        " + network + (3 - number)
                        + "\n    }")
                .text();
    }

    String text() {
        return """
                global_defs {
                    router_id it
                    vrrp_version %d
                }
                %s
                vrrp_instance VI_1 {
                    state BACKUP
                    interface eth0
                    virtual_router_id %d
                    priority %d
                    advert_int %s
                    %s%s
                    virtual_ipaddress {
                        %s
                    }
                }
                """.formatted(
                        form.version,
                        more,
                        VRID,
                        priority,
                        interval,
                        preempt ? "" : "nopreempt",
                        inside,
                        form.isIpv6() ? LINK_LOCAL_VIP + "/64\n        " + VIP6 + "/64" : VIP + "/24");
    }
}
