package io.ha4j.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Command lines of the JVMs that the tests start. */
final class Jvm {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private Jvm() {}

    /** The command line of ha4j with the options that the launcher ./ha4j gives it, its class-data archive included. */
    static List<String> ha4j(String... arguments) {
        Path archive = Archive.FILE;
        List<String> options = Files.exists(archive)
                ? List.of(
                        "-XX:SharedArchiveFile=" + archive,
                        "-Xshare:auto",
                        "-Xlog:cds=off",
                        "-Xlog:cds+dynamic=off",
                        "-Dha4j.archive=" + archive)
                : List.of();
        return ha4j(options, arguments);
    }

    private static List<String> ha4j(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(JAVA, "-XX:+UseSerialGC", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", distribution() + "/*", "io.ha4j.standalone.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Made once for all tests, as the launcher makes its own after a build. */
    private static final class Archive {
        static final Path FILE = make();

        private static Path make() {
            Path file = root().resolve("integration-tests/target/ha4j.jsa");
            try {
                Files.createDirectories(file.getParent());
                Files.deleteIfExists(file);
                new ProcessBuilder(ha4j(List.of("-XX:ArchiveClassesAtExit=" + file), "prepare"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return file;
        }
    }

    /** A class on the tests' own class path. */
    static List<String> small(Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx64m",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }

    /** The directory of this repository. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("ha4j"))) {
            Path parent = here.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "not inside of ha4j's repository: " + Path.of("").toAbsolutePath());
            }
            here = parent;
        }
        return here;
    }

    private static Path distribution() {
        Path libraries = root().resolve("samples/standalone/target/dist/lib");
        if (!Files.isDirectory(libraries)) {
            throw new IllegalStateException(libraries + " is missing: mvn package makes it");
        }
        return libraries;
    }
}
