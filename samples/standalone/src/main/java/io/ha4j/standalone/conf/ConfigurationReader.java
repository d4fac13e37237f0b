package io.ha4j.standalone.conf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a whole file: the globals first, as they are defaults for what may stand before them. */
final class ConfigurationReader {
    private static final int DEFAULT_VRRP_VERSION = 2; // as keepalived: keepalived.conf(5), vrrp_version

    private static final Duration STARTUP_DELAY_MIN = Duration.ofMillis(1); // as keepalived
    private static final Duration STARTUP_DELAY_MAX = Duration.ofSeconds(1000); // of VirtualRouter

    private final String file;
    private final Problems problems;
    private final Values values;
    private final AnnouncementReader announcements;
    private @Nullable String routerId;
    private Duration startupDelay = Duration.ZERO;
    private ScriptUser scriptUser = ScriptUser.OWN;
    private int vrrpVersion = DEFAULT_VRRP_VERSION;

    ConfigurationReader(String file) {
        this.file = file;
        this.problems = new Problems(file);
        this.values = new Values(problems);
        this.announcements = new AnnouncementReader(problems);
    }

    Configuration read(String text) throws ConfException {
        Statement top = new Statement(1, List.of(""), Parser.statements(text, problems));
        top.statements().stream()
                .filter(statement -> statement.keyword().equals("global_defs"))
                .forEach(this::globals);

        Trackables trackables = trackables(top);
        SyncGroupReader syncGroups = new SyncGroupReader(trackables, problems);
        List<VrrpInstance> read = new ArrayList<>();
        List<VirtualServer> servers = new ArrayList<>();
        List<String> names = new ArrayList<>();
        new Block(top, Vocabulary.TOP_LEVEL, problems)
                .onEach("global_defs", statement -> {})
                .onEach("vrrp_script", statement -> {}) // these have been read
                .onEach("vrrp_track_file", statement -> {})
                .onEach("track_file", statement -> {})
                .onEach("vrrp_track_process", statement -> {})
                .onEach("track_process", statement -> {})
                .onEach("vrrp_instance", statement -> {
                    VrrpInstance instance = new InstanceReader(
                                    statement,
                                    vrrpVersion,
                                    startupDelay,
                                    announcements.global(),
                                    names,
                                    trackables,
                                    problems)
                            .read();
                    if (instance != null) {
                        read.add(instance);
                    }
                })
                .onEach("vrrp_sync_group", syncGroups::read)
                .onEach("virtual_server", statement -> {
                    VirtualServer server = new VirtualServerReader(statement, scriptUser, problems).read();
                    if (server != null) {
                        servers.add(server);
                    }
                })
                .read();
        List<VrrpInstance> instances = syncGroups.join(read, names);
        new Consistency(problems).check(instances, servers);
        if (instances.isEmpty() && servers.isEmpty() && !problems.anyErrors()) {
            problems.error(1, "neither a vrrp_instance nor a virtual_server: there is nothing to do");
        }
        if (problems.anyErrors()) {
            throw new ConfException(problems.sorted());
        }
        return new Configuration(
                file,
                routerId == null ? "" : routerId,
                instances,
                servers,
                trackables.initialFiles(),
                problems.sorted());
    }

    /** Before the instances, which may stand before what they track. */
    private Trackables trackables(Statement top) {
        Trackables trackables = new Trackables(scriptUser, problems);
        for (Statement statement : top.statements()) {
            if (statement.block() != null) {
                switch (statement.keyword()) {
                    case "vrrp_script" -> trackables.script(statement);
                    case "vrrp_track_file", "track_file" -> trackables.file(statement);
                    case "vrrp_track_process", "track_process" -> trackables.process(statement);
                    default -> {}
                }
            }
        }
        return trackables;
    }

    private void globals(Statement globals) {
        announcements
                .onGlobal(new Block(globals, Vocabulary.GLOBAL, problems))
                .on("router_id", statement -> routerId = values.word(statement))
                .on("vrrp_version", statement -> {
                    Integer version = values.integer(statement, 2, 3);
                    vrrpVersion = version == null ? vrrpVersion : version;
                })
                .on("script_user", statement -> {
                    ScriptUser user = ScriptUser.read(statement, statement.arguments(), problems);
                    scriptUser = user == null ? scriptUser : user;
                })
                .on("vrrp_startup_delay", statement -> {
                    Duration delay = values.seconds(statement, STARTUP_DELAY_MIN, STARTUP_DELAY_MAX);
                    startupDelay = delay == null ? startupDelay : delay;
                })
                .read();
    }
}
