package io.ha4j.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "handover",
        description = {
            "Hands the addresses of a group over to another node, with no gap: this node keeps answering until the other",
            "one is heard. It then stays a backup, whatever its priority, until the other one is gone, or until",
            "'ha4j resume GROUP' or 'ha4j reload'. When nobody takes over, this node keeps the addresses (exit code 1)."
        },
        footer = {"", "Example:", "  ha4j handover VI_1"})
final class HandoverCommand extends OperationCommand implements Callable<Integer> {
    @Parameters(paramLabel = "GROUP", description = "The name of a vrrp_instance.")
    private String group;

    @Override
    public Integer call() {
        return operate("/handover?group=" + encode(group));
    }
}
