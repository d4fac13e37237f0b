package io.ha4j.standalone;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running instance to do something and prints what became of it. */
abstract class OperationCommand {
    private static final Duration TIMEOUT = Duration.ofMinutes(5); // the longest interval, and the hooks before it

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            converter = AdminAddress.Converter.class,
            description = "HOST:PORT or unix:PATH that the instance was started with, if not the default.")
    private @Nullable AdminAddress admin;

    @Spec
    private CommandSpec spec;

    /** @return the exit code: 0 when it is done */
    int operate(String path) {
        AdminAddress address = admin == null ? AdminAddress.standard() : admin;
        try {
            AdminClient.Reply reply = new AdminClient(address, TIMEOUT).operate(path);
            if (reply.code() == 200) {
                spec.commandLine().getOut().println(reply.body().strip());
                return 0;
            }
            spec.commandLine().getErr().println("ha4j: " + reply.body().strip());
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("ha4j: no instance answers at " + address + ": " + e.getMessage()
                            + " (is it running, and with this --admin?)");
        }
        return 1;
    }

    static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
