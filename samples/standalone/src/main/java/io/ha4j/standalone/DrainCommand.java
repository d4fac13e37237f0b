package io.ha4j.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "drain",
        description = {
            "Gives a real server no new connections, in all virtual servers that have it; existing ones go on, and 'ha4j",
            "status' counts them. It stays so until 'ha4j undrain', whatever its check says, or until the instance ends."
        },
        footer = {"", "Example:", "  ha4j drain 10.0.0.11:8080"})
final class DrainCommand extends OperationCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ADDRESS:PORT", description = "Those of a real_server; an IPv6 address in brackets.")
    private String server;

    @Override
    public Integer call() {
        return operate("/drain?server=" + encode(server));
    }
}
