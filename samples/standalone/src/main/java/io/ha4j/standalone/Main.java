package io.ha4j.standalone;

import java.security.Security;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 for success, 1 for failure, 2 for wrong usage. */
@Command(
        name = "ha4j",
        description = "Virtual IPs (VRRP) and TCP load balancing on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            CheckCommand.class,
            StatusCommand.class,
            HandoverCommand.class,
            SuspendCommand.class,
            ResumeCommand.class,
            DrainCommand.class,
            UndrainCommand.class,
            ReloadCommand.class,
            PrepareCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  ha4j demo",
            "  ha4j check -f /etc/keepalived/keepalived.conf",
            "  ha4j run -f /etc/keepalived/keepalived.conf",
            "  ha4j status",
            "  ha4j handover VI_1",
            "  ha4j drain 10.0.0.11:8080",
            "  ha4j reload",
            "",
            "COMMAND --help says more about each."
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // Names of real servers are asked for as often as the configuration says, and not less often.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        System.exit(run(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    static int run(String... args) {
        CommandLine commandLine = commandLine();
        if (args.length == 0) {
            commandLine.usage(commandLine.getErr());
            return CommandLine.ExitCode.USAGE;
        }
        return commandLine.execute(args);
    }
}
