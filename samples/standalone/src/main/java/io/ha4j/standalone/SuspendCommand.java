package io.ha4j.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "suspend",
        description = {
            "Takes a group of this node out for maintenance: hands its addresses over as 'ha4j handover' does, then stays",
            "in FAULT until 'ha4j resume GROUP'. When nobody takes over, no node has the addresses."
        },
        footer = {"", "Example:", "  ha4j suspend VI_1 --why 'new kernel'"})
final class SuspendCommand extends OperationCommand implements Callable<Integer> {
    @Parameters(paramLabel = "GROUP", description = "The name of a vrrp_instance.")
    private String group;

    @Option(names = "--why", paramLabel = "TEXT", description = "The reason, for the log and 'ha4j status'.")
    private String why = "maintenance";

    @Override
    public Integer call() {
        return operate("/suspend?group=" + encode(group) + "&why=" + encode(why));
    }
}
