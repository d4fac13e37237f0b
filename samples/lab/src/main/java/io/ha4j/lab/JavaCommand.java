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
    /** Six JVMs share a small machine: little heap, a quick start, no files of their own in /tmp. */
    private static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx64m", "-XX:-UsePerfData", "-Xss512k");

    private static final List<String> NODE =
            List.of("-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m", "-XX:-UsePerfData");

    /** This JVM's executable and class path, and this main class. */
    public static JavaCommand ofThisJvm(String mainClass) {
        String java =
                ProcessHandle.current().info().command().orElseGet(() -> System.getProperty("java.home") + "/bin/java");
        return new JavaCommand(java, System.getProperty("java.class.path"), mainClass);
    }

    /** The command line of another class, in a JVM that is small and starts fast. */
    List<String> small(Class<?> main, Object... arguments) {
        return command(SMALL, main.getName(), arguments);
    }

    /** The command line of this program as a user would run it. */
    List<String> program(Object... arguments) {
        return command(NODE, mainClass, arguments);
    }

    private List<String> command(List<String> options, String main, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }
}
