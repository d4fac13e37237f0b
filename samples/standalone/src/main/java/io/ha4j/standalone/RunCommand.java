package io.ha4j.standalone;

import io.ha4j.standalone.conf.Configuration;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "run",
        description = {
            "Runs a keepalived.conf in the foreground, until SIGTERM or SIGINT; a second signal ends it at once.",
            "Groups need CAP_NET_ADMIN and CAP_NET_RAW; virtual servers alone need nothing."
        },
        footer = {
            "",
            "Examples:",
            "  ha4j run -f /etc/keepalived/keepalived.conf",
            "  ha4j run -f node1.conf --admin unix:/run/ha4j/node1.sock",
            "  ha4j run -f balancer.conf --admin 127.0.0.1:8405",
            "  ha4j run -f balancer.conf --hot-restart /run/ha4j/restart.sock --drain 30"
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    private final ConfigurationFile file = new ConfigurationFile();

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            converter = AdminAddress.Converter.class,
            description = "Where to answer GET /status: HOST:PORT, PORT (on loopback) or unix:PATH. Default: "
                    + "/run/ha4j/admin.sock for root, else $$XDG_RUNTIME_DIR/ha4j.sock or /tmp/ha4j-UID/admin.sock.")
    private @Nullable AdminAddress admin;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "At the end, open connections may go on for this long (default: ${DEFAULT-VALUE}).")
    private double drainSeconds;

    @Option(
            names = "--hot-restart",
            paramLabel = "PATH",
            description =
                    "Takes the listeners of the instance that has this unix socket over, if there is one, without "
                            + "losing a connection, and passes them to the next one that is started with it.")
    private @Nullable Path hotRestart;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace (default: ${DEFAULT-VALUE}).")
    private String logLevel;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (!logLevel.matches("(?i)error|warn|info|debug|trace")) {
            throw new ParameterException(
                    spec.commandLine(), "--log-level must be error, warn, info, debug or trace, but was " + logLevel);
        }
        if (!(drainSeconds >= 0 && drainSeconds <= 3600)) {
            throw new ParameterException(spec.commandLine(), "--drain must be in [0, 3600], but was " + drainSeconds);
        }
        PrintWriter err = spec.commandLine().getErr();
        Configuration configuration = file.read(err);
        return configuration == null ? 1 : run(configuration, err);
    }

    private int run(Configuration configuration, PrintWriter err) throws InterruptedException {
        LogbackSetup.level(logLevel);
        Logger log = LoggerFactory.getLogger("ha4j");
        StopSignal stop = new StopSignal();
        stop.install();
        log.info("Starting ha4j {} with {}", Version.text(), configuration.file());
        configuration.warnings().forEach(warning -> log.warn("{}", warning));
        AdminAddress address = admin == null ? AdminAddress.standard() : admin;
        Duration drain = Duration.ofMillis((long) (drainSeconds * 1000));
        try (Daemon daemon = Daemon.start(configuration, address, drain, hotRestart, stop)) {
            log.info(
                    "Started in {} ms, admin address {}",
                    ManagementFactory.getRuntimeMXBean().getUptime(),
                    address);
            stop.onHangup(() -> {
                var unused = daemon.reload();
            });
            stop.await();
        } catch (StartException e) {
            log.debug("cause", e);
            err.println(e.getMessage());
            return stop.isReceived() ? 0 : 1;
        }
        log.info("Stopped");
        return 0;
    }
}
