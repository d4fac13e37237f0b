package io.ha4j.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a JVM of this program is started.
 *
 * @param java the {@code java} executable
 * @param mainClass the command line, which knows {@code run} and {@code demo}
 */
public record JavaCommand(String java, String classPath, String mainClass) {
    /**
     * Six JVMs share a small machine: little heap, a quick start, no optimising compiler that takes the processors from
     * the others, no files of their own in /tmp.
     */
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-Xss512k",
            "--enable-native-access=ALL-UNNAMED");

    /** Names the class-data archive that this JVM was started with, if any: the others can use it, too. */
    private static final String ARCHIVE = "ha4j.archive";

    /** This JVM's executable and class path, and this main class. */
    public static JavaCommand ofThisJvm(String mainClass) {
        String java =
                ProcessHandle.current().info().command().orElseGet(() -> System.getProperty("java.home") + "/bin/java");
        return new JavaCommand(java, System.getProperty("java.class.path"), mainClass);
    }

    /** The command line of another class, in a smaller JVM. */
    List<String> small(Class<?> main, Object... arguments) {
        return command("-Xmx64m", main.getName(), arguments);
    }

    /** The command line of this program. */
    List<String> program(Object... arguments) {
        return command("-Xmx128m", mainClass, arguments);
    }

    private List<String> command(String heap, String main, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(OPTIONS);
        String archive = System.getProperty(ARCHIVE);
        if (archive != null) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-D" + ARCHIVE + "=" + archive));
        }
        command.add(heap);
        command.addAll(List.of("-cp", classPath, main));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }
}
