package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node of a virtual router: ha4j or keepalived, each started as a user would. They log in the same words. */
final class Router {
    enum Kind {
        HA4J,
        KEEPALIVED
    }

    private static final Pattern STATE = Pattern.compile("\\(VI_1\\) Entering (\\w+) STATE");

    private final Testbed bed;
    private final Kind kind;
    private final LabHost host;
    private final String mac;
    private @Nullable LabProcess process;
    private String vip = RouterConfig.VIP;
    private List<String> before = List.of();
    private List<String> options = List.of();

    Router(Testbed bed, Kind kind, LabHost host) {
        this.bed = bed;
        this.kind = kind;
        this.host = host;
        this.mac = host.mac();
    }

    /** Starts ha4j with these options of the JVM from now on. */
    Router options(String... jvmOptions) {
        options = List.of(jvmOptions);
        return this;
    }

    /** Starts ha4j with these words before its command from now on. */
    Router before(String... words) {
        before = List.of(words);
        return this;
    }

    /** Starts it and waits until it listens: from its first state on it hears others. */
    Router start(RouterConfig config) {
        vip = config.vip();
        return start(config.text(host.address()));
    }

    /** The same with any keepalived.conf that has the instance VI_1. */
    Router start(String config) {
        Path file = write(config);
        process = kind == Kind.HA4J
                ? host.start("ha4j@" + host.name(), ha4j(file), line -> {})
                : host.start("keepalived@" + host.name(), keepalived(file), line -> {});
        await("a first state", () -> !state().isEmpty());
        return this;
    }

    /** Writes its configuration; a running node has to be told to read it again. */
    Path write(String config) {
        return bed.write(host.name() + ".conf", config);
    }

    private List<String> ha4j(Path file) {
        List<String> command = Jvm.ha4j("run", "-f", file.toString(), "--admin", admin());
        command.addAll(1, options);
        command.addAll(0, before);
        return command;
    }

    /** In the foreground, its log on the console, with pid files of its own. */
    private List<String> keepalived(Path file) {
        return List.of(
                "keepalived",
                "--dont-fork",
                "--log-console",
                "--log-detail",
                "--no-syslog",
                "--vrrp",
                "--use-file=" + file,
                "--pid=" + bed.file(host.name() + ".pid"),
                "--vrrp_pid=" + bed.file(host.name() + "-vrrp.pid"));
    }

    private String admin() {
        return "unix:" + bed.file(host.name() + ".sock");
    }

    LabHost host() {
        return host;
    }

    String mac() {
        return mac;
    }

    LabProcess process() {
        if (process == null) {
            throw new IllegalStateException(this + " has not been started");
        }
        return process;
    }

    /** The state it logged last, in keepalived's words; empty before the first. */
    String state() {
        List<String> states = states();
        return states.isEmpty() ? "" : states.get(states.size() - 1);
    }

    /** All that it logged since it was started last. */
    List<String> states() {
        List<String> states = new ArrayList<>();
        for (LabProcess.Line line : process().lines()) {
            Matcher matcher = STATE.matcher(line.text());
            if (matcher.find()) {
                states.add(matcher.group(1));
            }
        }
        return states;
    }

    /** Waits until it says that it is active and has the address. */
    void awaitActive() {
        await("state MASTER and the address", () -> state().equals("MASTER") && holds());
    }

    /** Waits until it says that it is a backup and has no address any more. */
    void awaitBackup() {
        await("state BACKUP and no address", () -> state().equals("BACKUP") && !holds());
    }

    void awaitLine(String text) {
        process().awaitLine(text, Wait.LIMIT);
    }

    private void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Wait.until(what + " of " + this, () -> {
            assertThat(process().isAlive()).as(this + " runs").isTrue();
            return condition.call();
        });
    }

    /** On whatever interface: with a virtual MAC address it is on a macvlan. */
    boolean holds() {
        return !host.exec("ip", "-o", "addr", "show", "to", vip).isBlank();
    }

    boolean isIpv6() {
        return vip.contains(":");
    }

    void terminate() {
        process().terminate();
    }

    void awaitEnd() {
        assertThat(process().waitFor(Wait.LIMIT)).as("exit code of " + this).contains(0);
    }

    /** Its only group, as {@code ./ha4j status --json} shows it. */
    JsonNode group() {
        return status().at("/groups/0");
    }

    long counter(String name) {
        JsonNode value = group().at("/counters/" + name);
        assertThat(value.isMissingNode()).as("counter " + name + " is there").isFalse();
        return value.asLong();
    }

    /** The counters of failed checks that are not 0. */
    Map<String, Long> errors() {
        Map<String, Long> errors = new TreeMap<>();
        group().at("/counters").properties().forEach(counter -> {
            boolean failure = counter.getKey()
                    .matches("\\w+Errors|rcvdInvalidTypePackets|authFailures|invalidAuthType|authTypeMismatch");
            if (failure && counter.getValue().asLong() != 0) {
                errors.put(counter.getKey(), counter.getValue().asLong());
            }
        });
        return errors;
    }

    /** What ./ha4j prints with these arguments, asked about this node; it must succeed. */
    String command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addAll(List.of("--admin", admin()));
        LabProcess ended = bed.ha4j(host, command.toArray(String[]::new));
        assertThat(ended.waitFor(Wait.LIMIT)).as("exit code of %s", command).contains(0);
        return ended.lines().stream().map(LabProcess.Line::text).collect(Collectors.joining("\n"));
    }

    JsonNode status() {
        String json = host.exec("curl", "-s", "--unix-socket", admin().substring("unix:".length()), "http://x/status");
        return JsonMapper.shared().readTree(json);
    }

    @Override
    public String toString() {
        return kind + " at " + host.name();
    }
}
