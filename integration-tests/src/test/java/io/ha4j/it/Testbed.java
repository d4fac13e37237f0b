package io.ha4j.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.lab.Lab;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * A lab for each test: made before it, removed after it with all that runs inside. The test is skipped where labs cannot
 * be made or a program is missing; when it fails, what the processes printed is in the message.
 */
final class Testbed implements BeforeEachCallback, AfterEachCallback, TestExecutionExceptionHandler {
    private static final int SHOWN_LINES = 60;

    private final List<String> programs;
    private final List<LabHost> hosts = new ArrayList<>();
    private @Nullable Lab lab;
    private @Nullable Path directory;

    /** @param programs what the test needs besides ip(8) */
    Testbed(String... programs) {
        this.programs = List.of(programs);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        String cause = Lab.unavailabilityCause();
        assumeTrue(cause == null, () -> "" + cause);
        for (String program : programs) {
            assumeTrue(isInstalled(program), () -> program + " is not installed; ./check as root installs it");
        }
        directory = Files.createTempDirectory("ha4j-it");
        lab = Lab.create();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (lab != null) {
            lab.close();
        }
        if (directory != null) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (failure instanceof TestAbortedException || lab == null) {
            throw failure;
        }
        throw new AssertionError(failure.getMessage() + "\n\n" + lab.outputs(SHOWN_LINES) + networks(), failure);
    }

    /** What the hosts know at the moment of a failure. */
    private String networks() {
        StringBuilder text = new StringBuilder();
        for (LabHost host : hosts) {
            String network = host.exec("sh", "-c", "ip -br link; ip -br addr; ip neigh; ss -tanH");
            text.append(host.name()).append(":\n").append(network.indent(4));
        }
        return text.toString();
    }

    static boolean isInstalled(String program) {
        String path = String.valueOf(System.getenv("PATH"));
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(directory -> new File(directory, program).canExecute());
    }

    Lab lab() {
        if (lab == null) {
            throw new IllegalStateException("outside of a test");
        }
        return lab;
    }

    LabHost host(String name, String... addresses) {
        LabHost host = lab().host(name, addresses);
        hosts.add(host);
        return host;
    }

    /** A file of this test, which need not be there. */
    Path file(String name) {
        if (directory == null) {
            throw new IllegalStateException("outside of a test");
        }
        return directory.resolve(name);
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the command line, as ./ha4j does it. */
    LabProcess ha4j(LabHost host, String... arguments) {
        return host.start("ha4j@" + host.name(), Jvm.ha4j(arguments), line -> {});
    }

    /** Starts a class of the tests or of the lab. */
    LabProcess java(LabHost host, Class<?> main, Object... arguments) {
        return host.start(main.getSimpleName() + "@" + host.name(), Jvm.small(main, arguments), line -> {});
    }

    /** Starts a program with these words before it, for example {@code setpriv …}. */
    LabProcess start(LabHost host, List<String> prefix, List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return host.start(prefix.get(0) + "@" + host.name(), whole, line -> {});
    }
}
