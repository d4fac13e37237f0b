package io.ha4j.standalone;

import io.ha4j.lab.Demo;
import io.ha4j.lab.JavaCommand;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "demo",
        description = {
            "Shows a virtual IP move between two JVMs while requests go on: in a network of namespaces on this machine,",
            "or on loopback where that is not allowed. Exits with 0 if every promise held.",
        },
        footer = {"", "Examples:", "  ha4j demo", "  ha4j demo --json --rate 200"})
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Prints the result as JSON; the timeline goes to standard error.")
    private boolean json;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "" + Demo.Options.DEFAULT_RATE,
            description = "Requests per second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "2",
            description = "How long each scene is watched (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return Demo.run(options());
    }

    private Demo.Options options() {
        try {
            return new Demo.Options(
                    JavaCommand.ofThisJvm(Main.class.getName()), json, rate, Duration.ofSeconds(seconds));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
