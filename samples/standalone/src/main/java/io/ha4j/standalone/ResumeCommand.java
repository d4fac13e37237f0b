package io.ha4j.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "resume",
        description = {
            "Ends what 'ha4j handover' and 'ha4j suspend' left behind: the group takes part again, and preempts if it has",
            "the higher priority."
        },
        footer = {"", "Example:", "  ha4j resume VI_1"})
final class ResumeCommand extends OperationCommand implements Callable<Integer> {
    @Parameters(paramLabel = "GROUP", description = "The name of a vrrp_instance.")
    private String group;

    @Override
    public Integer call() {
        return operate("/resume?group=" + encode(group));
    }
}
