package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.HealthCheck;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncGroupConfigurationTest {
    private static final String GROUP = """
            vrrp_sync_group gw {
                group {
                    in
                    out
                }
            }
            """;

    private static String instance(String name, int id, String inside) {
        return """
                vrrp_instance %s {
                    interface eth0
                    virtual_router_id %d
                    virtual_ipaddress {
                        10.77.%d.100/24
                    }
                    %s
                }
                """.formatted(name, id, id, inside);
    }

    private static final String INSTANCES = instance("in", 1, "") + instance("out", 2, "");

    @Test
    void instancesKnowTheirGroup() throws Exception {
        Configuration read = Configuration.parse("f", GROUP + INSTANCES + instance("alone", 3, ""));
        assertThat(read.warnings()).isEmpty();
        VrrpSyncGroup gw = new VrrpSyncGroup("gw", List.of("in", "out"));
        assertThat(read.instances()).extracting(VrrpInstance::syncGroup).containsExactly(gw, gw, null);
    }

    @Test
    void whatTheGroupTracksEachMemberDoes() throws Exception {
        String text = GROUP.replace("group {\n", "track_interface {\neth1\neth2 weight 3\n}\ngroup {\n")
                + instance("in", 1, "track_interface {\neth3 weight 7\n}")
                + instance("out", 2, "");
        Configuration read = Configuration.parse("f", text);
        Tracked eth1 = new Tracked(HealthCheck.networkInterface("eth1"), 0, false);
        Tracked eth2 = new Tracked(HealthCheck.networkInterface("eth2"), 3, false);
        assertThat(read.instances().get(0).tracked())
                .containsExactly(new Tracked(HealthCheck.networkInterface("eth3"), 0, false), eth1, eth2);
        assertThat(read.instances().get(1).tracked()).containsExactly(eth1, eth2);
        assertThat(read.warnings())
                .extracting(Problem::message)
                .containsExactly("vrrp_instance in: the weight of eth3 is 0 and not 7, as it is in vrrp_sync_group gw");
        Configuration weighted = Configuration.parse("f", text.replace("gw {\n", "gw {\nsync_group_tracking_weight\n"));
        assertThat(weighted.warnings()).isEmpty();
        assertThat(weighted.instances().get(0).tracked())
                .contains(new Tracked(HealthCheck.networkInterface("eth3"), 7, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            out\\n   | outt\\n           | f:4: vrrp_sync_group gw: there is no vrrp_instance outt; did you mean 'out'?
            group { | grup {           | f:2: unknown keyword 'grup' in vrrp_sync_group gw; did you mean 'group'?
            group { | smtp_alert\\ngroup { | f:2: warning: smtp_alert has no effect in ha4j
            group { | notify_fifo x\\ngroup { | f:2: unknown keyword 'notify_fifo' in vrrp_sync_group gw
            group { | track_script {\\nx\\n}\\ngroup { | f:3: there is no vrrp_script x
            """)
    void saysWhatIsWrong(String from, String to, String problem) {
        String text = GROUP.replace(from.replace("\\n", "\n"), to.replace("\\n", "\n")) + INSTANCES;
        assertThat(Confs.problems(text)).contains(problem);
    }

    @Test
    void oneInstanceIsNotMuchOfAGroup() {
        assertThat(Confs.problems(GROUP.replace("        out\n", "") + INSTANCES))
                .containsExactly(
                        "f:1: warning: vrrp_sync_group gw has one instance only: there is nothing to keep together");
    }

    @Test
    void membersMustFitTogether() {
        assertThat(Confs.problems(GROUP + GROUP + INSTANCES))
                .contains(
                        "f:7: vrrp_sync_group gw is in this file already", "f:9: in is in vrrp_sync_group gw already");
        assertThat(Confs.problems(GROUP + instance("in", 1, "priority 150") + instance("out", 2, "")))
                .containsExactly("f:1: warning: vrrp_sync_group gw: its instances have different priorities; the node"
                        + " that becomes active first stays active");
        assertThat(Confs.problems(GROUP + instance("in", 1, "priority 255") + instance("out", 2, "priority 255")))
                .contains("f:7: vrrp_instance in of priority 255 cannot be in vrrp_sync_group gw: it would be active"
                        + " whatever the others are");
    }
}
