package io.ha4j.standalone.conf;

import java.util.Set;

/**
 * What keepalived 2.2.7 knows in one kind of block (keepalived.conf(5)) and this reader does not act on.
 *
 * @param withoutEffect harmless here: accepted with a warning
 * @param unsupported would change what happens: refused
 */
record Vocabulary(Set<String> withoutEffect, Set<String> unsupported) {

    /** May stand anywhere. */
    static final Set<String> INCLUDES = words("include includer includem includew includeb includea");

    static final Vocabulary TOP_LEVEL = new Vocabulary(
            words("linkbeat_use_polling use_pid_dir child_wait_time"),
            words("net_namespace net_namespace_ipvs namespace_with_ipsets instance bfd_instance"
                    + " garp_group"
                    + " virtual_server_group static_ipaddress static_routes static_rules track_group"
                    + " linkbeat_interfaces interface_up_down_delays SSL"));

    static final Vocabulary GLOBAL = new Vocabulary(
            words("notification_email notification_email_from smtp_server smtp_helo_name smtp_connect_timeout"
                    + " smtp_alert smtp_alert_vrrp smtp_alert_checker no_email_faults no_checker_emails"
                    + " checker_log_all_failures enable_script_security process_names process_name"
                    + " vrrp_process_name checker_process_name bfd_process_name tmp_config_directory config_save_dir"
                    + " vrrp_skip_check_adv_addr vrrp_check_unicast_src"
                    + " vrrp_notify_priority_changes max_auto_priority min_auto_priority_delay vrrp_priority"
                    + " checker_priority bfd_priority vrrp_no_swap checker_no_swap bfd_no_swap vrrp_cpu_affinity"
                    + " checker_cpu_affinity bfd_cpu_affinity vrrp_rt_priority checker_rt_priority bfd_rt_priority"
                    + " vrrp_rlimit_rttime checker_rlimit_rttime bfd_rlimit_rttime vrrp_netlink_cmd_rcv_bufs"
                    + " vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs"
                    + " vrrp_netlink_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs"
                    + " lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs"
                    + " lvs_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs process_monitor_rcv_bufs_force"
                    + " vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier rs_init_notifies log_unknown_vrids random_seed"
                    + " lvs_flush lvs_flush_on_stop lvs_timeouts disable_local_igmp data_use_instance umask"
                    + " reload_check_config reload_time_file reload_repeat reload_file include_check"),
            words("startup_script startup_script_timeout shutdown_script shutdown_script_timeout vrrp_mcast_group4"
                    + " vrrp_mcast_group6 default_interface lvs_sync_daemon vrrp_down_timer_adverts"
                    + " vrrp_garp_extra_if vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert nftables"
                    + " nftables_priority nftables_counters nftables_ifindex nftables_ipvs nftables_ipvs_priority"
                    + " nftables_ipvs_start_fwmark vrrp_iptables vrrp_ipsets vrrp_strict"
                    + " snmp_socket enable_snmp_keepalived enable_snmp_vrrp enable_snmp_checker enable_snmp_rfc"
                    + " enable_snmp_rfcv2 enable_snmp_rfcv3 enable_traps enable_dbus dbus_service_name notify_fifo"
                    + " notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script lvs_notify_fifo"
                    + " lvs_notify_fifo_script fifo_write_vrrp_states_on_reload dynamic_interfaces"
                    + " vmac_prefix vmac_addr_prefix"));

    static final Vocabulary INSTANCE = new Vocabulary(
            words("smtp_alert debug"
                    + " skip_check_adv_addr"
                    + " kernel_rx_buf_size linkbeat_use_polling notify_priority_changes"
                    + " native_ipv6"),
            words("vrf dont_track_primary track_bfd mcast_dst_ip track_src_ip"
                    + " unicast_fault_no_peer old_unicast_checksum"
                    + " garp_extra_if down_timer_adverts lower_prio_no_advert higher_prio_send_advert"
                    + " virtual_rules strict_mode"
                    + " notify_deleted"));

    static final Vocabulary SYNC_GROUP = new Vocabulary(
            words("smtp_alert notify_priority_changes"),
            words("notify notify_master notify_backup notify_fault notify_stop track_bfd global_tracking"));

    static final Vocabulary SCRIPT = new Vocabulary(Set.of(), Set.of());
    static final Vocabulary TRACK_FILE = new Vocabulary(Set.of(), Set.of());
    static final Vocabulary TRACK_PROCESS = new Vocabulary(Set.of(), Set.of());

    static final Vocabulary AUTHENTICATION = new Vocabulary(Set.of(), Set.of());

    static final Vocabulary VIRTUAL_SERVER = new Vocabulary(
            words("ha_suspend smtp_alert snmp_name omega inhibit_on_failure"),
            words("flag-1 flag-2 flag-3 sh-port sh-fallback mh-port mh-fallback ops persistence_engine"
                    + " quorum hysteresis quorum_up quorum_down ip_family"
                    + " sorry_server_inhibit sorry_server_lvs_method"));

    static final Vocabulary REAL_SERVER = new Vocabulary(
            words("smtp_alert snmp_name inhibit_on_failure"),
            words("notify_up notify_down lthreshold BFD_CHECK PING_CHECK FILE_CHECK"));

    /** Of all kinds: what one has and another has not is for the latter unknown. */
    static final Vocabulary CHECKER =
            new Vocabulary(words("log_all_failures fast_recovery"), words("bind_if fwmark host"));

    static final Vocabulary URL = new Vocabulary(words("regex_stack"), Set.of());

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }
}
