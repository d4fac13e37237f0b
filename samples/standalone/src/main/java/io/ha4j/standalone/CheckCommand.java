package io.ha4j.standalone;

import io.ha4j.standalone.conf.Configuration;
import io.ha4j.standalone.conf.VirtualServer;
import io.ha4j.standalone.conf.VrrpInstance;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "check",
        description = {
            "Checks a keepalived.conf without starting anything.",
            "Prints FILE:LINE: and what is wrong for every problem and exits with 1, or a summary and exits with 0."
        },
        footer = {"", "Example:", "  ha4j check -f /etc/keepalived/keepalived.conf"})
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final ConfigurationFile file = new ConfigurationFile();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Configuration configuration = file.read(err);
        if (configuration == null) {
            return 1;
        }
        configuration.warnings().forEach(err::println);
        PrintWriter out = spec.commandLine().getOut();
        out.println(configuration.file() + ": OK");
        configuration.instances().forEach(instance -> out.println("  " + summary(instance)));
        configuration.instances().stream()
                .flatMap(instance -> Stream.ofNullable(instance.syncGroup()))
                .distinct()
                .forEach(group -> out.println("  vrrp_sync_group " + group.name() + ": " + group.members()));
        configuration.virtualServers().forEach(server -> out.println("  " + summary(server)));
        out.flush();
        return 0;
    }

    private static String summary(VrrpInstance instance) {
        return "vrrp_instance " + instance.name() + ": VRRP version "
                + instance.router().version() + " on "
                + instance.router().interfaceName() + ", virtual_router_id "
                + instance.router().id() + ", priority " + instance.router().priority() + ", addresses "
                + instance.addresses();
    }

    private static String summary(VirtualServer server) {
        return Text.name(server) + ": " + server.scheduler().keyword() + " over "
                + server.backends().size() + " real servers";
    }
}
