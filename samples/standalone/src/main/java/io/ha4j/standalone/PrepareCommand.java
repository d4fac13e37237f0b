package io.ha4j.standalone;

import io.ha4j.Backend;
import io.ha4j.HaGroup;
import io.ha4j.LoadBalancer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import picocli.CommandLine.Command;

/**
 * Loads what a node needs, so that the JVM can write a class-data archive when it exits: the launcher does this once
 * after a build. A node then starts in about half the time, and a standby's first connections do not wait for classes.
 */
@Command(name = "prepare", hidden = true, description = "For the launcher: loads the classes of a running node.")
final class PrepareCommand implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        Main.commandLine().getUsageMessage();
        relayOneConnection();
        HaGroup.unavailabilityCause();
        for (String jar : System.getProperty("java.class.path").split(":")) {
            if (Path.of(jar).getFileName().toString().startsWith("ha-")) {
                loadClasses(jar);
            }
        }
        return 0;
    }

    private static void relayOneConnection() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                LoadBalancer balancer = LoadBalancer.builder("prepare")
                        .listen(loopback.getHostAddress(), 0)
                        .backend(Backend.of(loopback.getHostAddress(), server.getLocalPort()))
                        .start();
                Socket client = new Socket(
                        loopback, balancer.snapshot().listeners().get(0).getPort());
                Socket backend = server.accept()) {
            client.getOutputStream().write(1);
            backend.getOutputStream().write(backend.getInputStream().read());
            client.getInputStream().read();
        }
    }

    private static void loadClasses(String jar) throws IOException, ClassNotFoundException {
        try (JarFile file = new JarFile(jar)) {
            for (String entry : file.stream().map(Object::toString).toList()) {
                if (entry.startsWith("io/ha4j/") && entry.endsWith(".class") && !entry.contains("-info")) {
                    String name = entry.substring(0, entry.length() - ".class".length());
                    Class.forName(name.replace('/', '.'), false, PrepareCommand.class.getClassLoader());
                }
            }
        }
    }
}
