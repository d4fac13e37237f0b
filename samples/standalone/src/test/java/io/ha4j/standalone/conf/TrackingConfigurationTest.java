package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.FileCheck;
import io.ha4j.HealthCheck;
import io.ha4j.ProcessCheck;
import io.ha4j.ProcessCheck.Match;
import io.ha4j.ScriptCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What instances track: {@code vrrp_script} and its like, as keepalived.conf(5) has it. */
class TrackingConfigurationTest {
    private static final String INSTANCE = """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                virtual_ipaddress {
                    10.77.0.100/24
                }
                %s
            }
            """;

    private static List<Tracked> tracked(String definitions, String inside) throws ConfException {
        Configuration read = Configuration.parse("f", INSTANCE.formatted(inside) + definitions);
        assertThat(read.warnings()).isEmpty();
        return read.instances().get(0).tracked();
    }

    @Test
    void aScript() throws Exception {
        String definitions = """
                vrrp_script plain {
                    script /bin/true
                }
                vrrp_script full {
                    script "/bin/sh -c 'test -e \\"/run/a b\\"'"
                    interval 2
                    timeout 5
                    rise 3
                    fall 4
                    weight -20 reverse
                    init_fail
                }
                """;
        ScriptCheck plain = HealthCheck.script("plain", "/bin/true");
        ScriptCheck full = HealthCheck.script("full", "/bin/sh", "-c", "test -e \"/run/a b\"")
                .interval(Duration.ofSeconds(2))
                .timeout(Duration.ofSeconds(5))
                .rise(3)
                .fall(4);
        assertThat(tracked(definitions, "track_script {\nfull\nplain\n}"))
                .containsExactly(new Tracked(full, -20, true), new Tracked(plain, 0, false));
        assertThat(tracked(definitions, "track_script {\nfull weight 7\nplain weight -3 reverse\n}"))
                .containsExactly(new Tracked(full, 7, false), new Tracked(plain, -3, true));
    }

    /** keepalived takes the interval as the timeout when none is given. */
    @Test
    void withoutATimeoutAScriptHasItsInterval() throws Exception {
        List<Tracked> tracked = tracked("vrrp_script a {\nscript /bin/true\ninterval 7\n}\n", "track_script {\na\n}");
        assertThat(((ScriptCheck) tracked.get(0).check()).timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aFile() throws Exception {
        String definitions = """
                vrrp_track_file load {
                    file "/run/load"
                    init_file 3 overwrite
                }
                track_file flag {
                    file /run/flag
                    weight 0
                    init_file
                }
                """;
        FileCheck load = HealthCheck.fileValue("load", Path.of("/run/load"));
        FileCheck flag = HealthCheck.fileValue("flag", Path.of("/run/flag"));
        assertThat(tracked(definitions, "track_file {\nload\nflag\n}"))
                .containsExactly(new Tracked(load, 1, false), new Tracked(flag, 0, false));
        assertThat(Configuration.parse("f", INSTANCE.formatted("") + definitions)
                        .initialFiles())
                .containsExactly(
                        new InitialFile(11, Path.of("/run/load"), 3, true),
                        new InitialFile(16, Path.of("/run/flag"), 0, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            process haproxy                                    | NAME    | 1 | 2147483647 | 0   | 0
            process haproxy \\n full_command                    | PROGRAM | 1 | 2147483647 | 0   | 0
            process haproxy \\n param_match initial             | EXACT   | 1 | 2147483647 | 0   | 0
            process haproxy -f                                 | EXACT   | 1 | 2147483647 | 0   | 0
            process haproxy -f \\n param_match partial          | PARTIAL | 1 | 2147483647 | 0   | 0
            process haproxy -f \\n param_match initial          | INITIAL | 1 | 2147483647 | 0   | 0
            process haproxy \\n quorum 2 \\n quorum_max 3        | NAME    | 2 | 3          | 0   | 0
            process haproxy \\n quorum_max 0                    | NAME    | 0 | 0          | 0   | 0
            process haproxy \\n delay 0.5                       | NAME    | 1 | 2147483647 | 500 | 500
            process haproxy \\n fork_delay 1 \\n terminate_delay 2 | NAME | 1 | 2147483647 | 1000 | 2000
            """)
    void aProcess(String lines, Match match, int quorum, int quorumMax, long up, long down) throws Exception {
        String definition = "vrrp_track_process p {\n" + lines.replace("\\n", "\n") + "\n}\n";
        Tracked tracked = tracked(definition, "track_process {\np\n}").get(0);
        assertThat(tracked.weight()).isEqualTo(1);
        ProcessCheck check = (ProcessCheck) tracked.check();
        assertThat(check.match()).isEqualTo(match);
        assertThat(check.quorum()).isEqualTo(quorum);
        assertThat(check.quorumMax()).isEqualTo(quorumMax);
        assertThat(check.upDelay()).isEqualTo(Duration.ofMillis(up));
        assertThat(check.downDelay()).isEqualTo(Duration.ofMillis(down));
    }

    @Test
    void aProcessWithASpaceInItsName() throws Exception {
        Tracked tracked = tracked(
                        "vrrp_track_process p {\nprocess \"/tmp/a b\" x \"y z\"\n}\n", "track_process {\np weight 0\n}")
                .get(0);
        assertThat(((ProcessCheck) tracked.check()).command()).containsExactly("/tmp/a b", "x", "y z");
        assertThat(tracked.weight()).isZero();
    }

    @Test
    void anInterface() throws Exception {
        assertThat(tracked("", "track_interface {\neth1\neth2 weight -5 reverse\n}"))
                .containsExactly(
                        new Tracked(HealthCheck.networkInterface("eth1"), 0, false),
                        new Tracked(HealthCheck.networkInterface("eth2"), -5, true));
    }

    @Test
    void aScriptOfAnotherUserBecomesThatUser() throws Exception {
        String nobody = "setpriv, --reuid=65534, --regid=65534, --init-groups, /bin/true";
        assertThat(command("script /bin/true\nuser nobody")).hasToString("[" + nobody + "]");
        assertThat(command("script /bin/true nobody")).hasToString("[" + nobody + "]");
        assertThat(command("script /bin/true\nuser nobody daemon")).containsSequence("--reuid=65534", "--regid=daemon");
        assertThat(command("script /bin/true\nuser " + System.getProperty("user.name")))
                .containsExactly("/bin/true");
        assertThat(Configuration.parse(
                                "f",
                                "global_defs {\nscript_user nobody\n}\n"
                                        + INSTANCE.formatted("track_script {\na\n}")
                                        + "vrrp_script a {\nscript /bin/true\n}\n")
                        .instances()
                        .get(0)
                        .tracked()
                        .get(0)
                        .check())
                .hasToString(HealthCheck.script("a", nobody.split(", ")).toString());
    }

    private static List<String> command(String lines) throws ConfException {
        Tracked tracked = tracked("vrrp_script a {\n" + lines + "\n}\n", "track_script {\na\n}")
                .get(0);
        return ((ScriptCheck) tracked.check()).command();
    }

    /** What is tracked is in line 8; the definition begins in line 11, its first statement is in line 12. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            vrrp_script a { | script /nowhere/x           | f:12: script /nowhere/x does not exist
            vrrp_script a { | script /etc                 | f:12: script /etc is a directory
            vrrp_script a { | script /etc/passwd          | f:12: script /etc/passwd is not executable
            vrrp_script a { | script no-such-program      | f:12: script no-such-program is in no directory of PATH
            vrrp_script a { | script /bin/true no-such-user | f:12: there is no user no-such-user
            vrrp_script a { | script /bin/sh -c true x    | f:12: script with arguments must be in quotes: "/bin/sh -c true x"
            vrrp_script a { | script "/bin/sh -c 'true"   | f:12: the command '/bin/sh -c 'true' has no closing '
            vrrp_script a { | script ""                   | f:12: script must name a program, but was ''
            vrrp_script a { | script                      | f:12: script needs a value
            vrrp_script a { | interval 2                  | f:11: vrrp_script a has no script
            vrrp_script a { | interval 0                  | f:12: interval must be a number of seconds above 0, but was 0
            vrrp_script a { | weight 254                  | f:12: weight must be in [-253, 253], but was 254
            vrrp_script a { | weight 3 revers             | f:12: unknown option 'revers' of weight; did you mean 'reverse'?
            vrrp_script a { | weight                      | f:12: weight needs a number and may have 'reverse', but has nothing
            vrrp_script a { | rise 0                      | f:12: rise must be in [1, 2147483647], but was 0
            vrrp_script a { | user no-such-user           | f:12: there is no user no-such-user
            vrrp_script a { | scripd /bin/true            | f:12: unknown keyword 'scripd' in vrrp_script a; did you mean 'script'?
            vrrp_script b { | script /bin/true            | f:8: there is no vrrp_script a; did you mean 'b'?
            vrrp_script   { | script /bin/true            | f:11: vrrp_script needs a value
            vrrp_track_file f { | weight 3                | f:11: vrrp_track_file f has no file
            vrrp_track_file f { | init_file x             | f:11: vrrp_track_file f has no file
            vrrp_track_process p { | quorum 2             | f:11: vrrp_track_process p has no process
            vrrp_track_process p { | process a b \\n quorum 3 \\n quorum_max 2 | f:11: vrrp_track_process p: quorumMax must be at least 3, but was 2
            vrrp_track_process p { | param_match exact    | f:12: param_match must be initial or partial, but was exact
            """)
    void saysWhatIsWrongWithADefinition(String begin, String line, String problem) {
        String text = INSTANCE.formatted("track_script {\na\n}") + begin + "\n" + line.replace("\\n", "\n") + "\n}\n";
        assertThat(Confs.problems(text)).contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            track_script    | chk_b            | f:8: there is no vrrp_script chk_b; did you mean 'chk_a'?
            track_script    | chk_a 3          | f:8: unknown option '3' of chk_a
            track_script    | chk_a wait 3     | f:8: unknown option 'wait' of chk_a
            track_script    | chk_a weigt 3    | f:8: unknown option 'weigt' of chk_a; did you mean 'weight'?
            track_script    | chk_a weight 999 | f:8: weight must be in [-253, 253], but was 999
            track_script    | chk_a \\n chk_a  | f:9: chk_a is in this track_script in line 8 already
            track_file      | chk_a            | f:8: there is no vrrp_track_file chk_a
            track_process   | chk_a            | f:8: there is no vrrp_track_process chk_a
            track_interface | toolonganinterface | f:8: track_interface: interfaceName must have 1 to 15 characters, but was toolonganinterface
            track_interface |                  | f:7: warning: track_interface is empty: nothing is tracked
            """)
    void saysWhatIsWrongWithWhatIsTracked(String keyword, String line, String problem) {
        String lines = line == null ? "" : line.replace("\\n", "\n") + "\n";
        String text = INSTANCE.formatted(keyword + " {\n" + lines + "}") + "vrrp_script chk_a {\nscript /bin/true\n}\n";
        assertThat(Confs.problems(text)).contains(problem);
    }
}
