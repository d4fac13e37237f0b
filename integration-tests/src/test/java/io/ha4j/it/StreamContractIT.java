package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.Backend;
import io.ha4j.LoadBalancer;
import io.ha4j.Transport;
import io.netty.channel.uring.IoUring;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What both ends of a connection see, straight, through HAProxy, nginx and ha4j; on loopback. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class StreamContractIT {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Path NGINX_STREAM = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void bothEndsSeeWhatTheySeeWithoutABalancer() throws IOException {
        assumeTrue(Testbed.isInstalled("haproxy"), () -> "haproxy is not installed; ./check as root installs it");
        assumeTrue(
                Testbed.isInstalled("nginx") && Files.exists(NGINX_STREAM),
                () -> "nginx's stream module is not installed; ./check as root installs it");
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        opened.add(server);
        server.setSoTimeout(10_000);
        int port = server.getLocalPort();
        Map<String, InetSocketAddress> routes = new LinkedHashMap<>();
        routes.put("direct", new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        routes.put("HAProxy", haproxy(port));
        routes.put("nginx stream", nginx(port));
        for (Transport transport : List.of(Transport.EPOLL, Transport.IO_URING, Transport.NIO)) {
            if (transport == Transport.IO_URING && !IoUring.isAvailable()) {
                continue;
            }
            routes.put("ha4j " + transport, ours(transport, port));
        }
        awaitListening(routes, server);

        Map<String, Map<StreamScenario, String>> seen = new LinkedHashMap<>();
        for (Map.Entry<String, InetSocketAddress> route : routes.entrySet()) {
            Map<StreamScenario, String> column = new LinkedHashMap<>();
            for (StreamScenario scenario : StreamScenario.values()) {
                column.put(scenario, scenario.playThrough(route.getValue(), server));
            }
            seen.put(route.getKey(), column);
        }
        print(seen);
        Map<StreamScenario, String> direct = seen.get("direct");
        assertThat(seen).allSatisfy((route, column) -> {
            if (route.startsWith("ha4j")) {
                assertThat(column).as(route).isEqualTo(direct);
            }
        });
    }

    private InetSocketAddress haproxy(int backend) throws IOException {
        int port = freePort();
        String config = """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1m
                    timeout server 1m
                listen relay
                    bind %s:%d
                    server backend %1$s:%d
                """.formatted(LOOPBACK, port, backend);
        start(
                "haproxy",
                "-db",
                "-f",
                Files.writeString(directory.resolve("haproxy.cfg"), config).toString());
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private InetSocketAddress nginx(int backend) throws IOException {
        int port = freePort();
        String config = """
                load_module %s;
                daemon off;
                pid %s/nginx.pid;
                error_log stderr;
                events { }
                stream { server { listen %s:%d; proxy_pass %3$s:%d; } }
                """.formatted(NGINX_STREAM, directory, LOOPBACK, port, backend);
        start(
                "nginx",
                "-c",
                Files.writeString(directory.resolve("nginx.conf"), config).toString());
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private InetSocketAddress ours(Transport transport, int backend) {
        LoadBalancer balancer = LoadBalancer.builder("contract " + transport)
                .listen(LOOPBACK, 0)
                .backend(Backend.of(LOOPBACK, backend))
                .transport(transport)
                .start();
        opened.add(0, balancer);
        return balancer.snapshot().listeners().get(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void start(String... command) throws IOException {
        File log = directory.resolve(command[0] + ".log").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        opened.add(0, () -> {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        });
    }

    /** The peers need a moment to start; each proves itself by a connection that reaches the server. */
    private static void awaitListening(Map<String, InetSocketAddress> routes, ServerSocket server) {
        routes.forEach((name, address) -> Wait.until(name + " listens", () -> {
            try (Socket socket = new Socket(address.getAddress(), address.getPort());
                    Socket accepted = server.accept()) {
                return accepted.isConnected() && socket.isConnected();
            } catch (ConnectException e) {
                return false;
            }
        }));
    }

    private static void print(Map<String, Map<StreamScenario, String>> seen) {
        for (StreamScenario scenario : StreamScenario.values()) {
            System.out.println(scenario.title);
            seen.forEach((route, column) -> System.out.printf("    %-22s %s%n", route, column.get(scenario)));
        }
    }
}
