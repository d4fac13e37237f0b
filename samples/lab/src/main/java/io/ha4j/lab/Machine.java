package io.ha4j.lab;

import java.io.File;
import java.util.List;
import java.util.function.Consumer;

/** Where a process of the demo runs. */
interface Machine {
    /** The address its servers listen at. */
    String address();

    /** Starts a process; the listener gets its lines on a thread of the process's own. */
    LabProcess start(String processName, List<String> command, Consumer<? super LabProcess.Line> listener);

    /** This machine itself, on loopback addresses. */
    record Loopback() implements Machine {
        @Override
        public String address() {
            return "127.0.0.1";
        }

        @Override
        public LabProcess start(String processName, List<String> command, Consumer<? super LabProcess.Line> listener) {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            LabProcess process = new LabProcess(processName, Command.start(builder), listener);
            Runtime.getRuntime().addShutdownHook(new Thread(process::kill, "end-" + processName));
            return process;
        }
    }
}
