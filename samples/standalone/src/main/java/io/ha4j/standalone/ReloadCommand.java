package io.ha4j.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "reload",
        description = {
            "Makes a running instance read its configuration again, as SIGHUP does, and says what changed. What did not",
            "change is not touched. When the file is wrong, nothing changes (exit code 1)."
        },
        footer = {"", "Example:", "  ha4j reload"})
final class ReloadCommand extends OperationCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return operate("/reload");
    }
}
