package io.ha4j.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "undrain",
        description = {"Lets a real server take connections again after 'ha4j drain'."},
        footer = {"", "Example:", "  ha4j undrain 10.0.0.11:8080"})
final class UndrainCommand extends OperationCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ADDRESS:PORT", description = "Those of a real_server; an IPv6 address in brackets.")
    private String server;

    @Override
    public Integer call() {
        return operate("/undrain?server=" + encode(server));
    }
}
