package io.ha4j.standalone;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "status",
        description = "Shows groups, addresses, counters, virtual servers and real servers of a running instance.",
        footer = {"", "Examples:", "  ha4j status", "  ha4j status --json --admin unix:/run/ha4j/node1.sock"})
final class StatusCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Option(names = "--json", description = "Prints the status as JSON.")
    private boolean json;

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            converter = AdminAddress.Converter.class,
            description = "HOST:PORT or unix:PATH that the instance was started with, if not the default.")
    private @Nullable AdminAddress admin;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        AdminAddress address = admin == null ? AdminAddress.standard() : admin;
        PrintWriter out = spec.commandLine().getOut();
        try {
            String answer = new AdminClient(address, TIMEOUT).status();
            out.print(json ? answer : StatusTable.render(StatusJson.read(answer)));
            out.flush();
            return 0;
        } catch (IOException | JacksonException e) {
            spec.commandLine()
                    .getErr()
                    .println("ha4j: no instance answers at " + address + ": " + e.getMessage()
                            + " (is it running, and with this --admin?)");
            return 1;
        }
    }
}
