package io.ha4j.relay;

import io.ha4j.lab.JavaCommand;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What stands between client and backend, one event loop each. */
enum Contestant {
    DIRECT("no balancer", 80),
    HAPROXY("HAProxy as installed", 8001),
    HAPROXY_TUNED("HAProxy, tune.bufsize 32768", 8002),
    NGINX("nginx stream", 8003),
    OURS("ha4j", 8004),
    OURS_NIO("ha4j, NIO", 8006),
    OURS_IO_URING("ha4j, io_uring", 8007);

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    final String title;

    /** Where it listens; {@link #DIRECT} stands for the backend. */
    final int port;

    Contestant(String title, int port) {
        this.title = title;
        this.port = port;
    }

    boolean isOurs() {
        return name().startsWith("OURS");
    }

    /** Starts it; returns when it serves. */
    LabProcess start(LabHost host, LabHost backend, Path directory) throws IOException {
        return switch (this) {
            case DIRECT -> throw new IllegalStateException("nothing to start");
            case HAPROXY, HAPROXY_TUNED -> haproxy(host, backend, directory);
            case NGINX -> nginx(host, backend, directory);
            case OURS, OURS_NIO, OURS_IO_URING -> ours(host, backend);
        };
    }

    private LabProcess haproxy(LabHost host, LabHost backend, Path directory) throws IOException {
        String config = """
                global
                    nbthread 1
                    maxconn 9000
                    %s
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen relay
                    bind %s:%d
                    server backend %s:80
                """.formatted(
                        this == HAPROXY_TUNED ? "tune.bufsize 32768" : "", host.address(), port, backend.address());
        return host.start(
                "haproxy",
                "-db",
                "-f",
                Files.writeString(directory.resolve(this + ".cfg"), config).toString());
    }

    private LabProcess nginx(LabHost host, LabHost backend, Path directory) throws IOException {
        String config = """
                load_module modules/ngx_stream_module.so;
                worker_processes 1;
                daemon off;
                pid %1$s/stream.pid;
                error_log stderr;
                events { worker_connections 18000; }
                stream {
                    proxy_timeout 1h;
                    server { listen %2$s:%3$d backlog=4096; tcp_nodelay on; proxy_pass %4$s:80; }
                }
                """.formatted(directory, host.address(), port, backend.address());
        return host.start(
                "nginx",
                "-c",
                Files.writeString(directory.resolve("stream.conf"), config).toString());
    }

    /** One processor for the JVM means one event loop; the small heap is what a balancer needs. */
    private LabProcess ours(LabHost host, LabHost backend) {
        List<String> command = new ArrayList<>(List.of(
                JavaCommand.ofThisJvm("").java(),
                "-XX:ActiveProcessorCount=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Xmn16m",
                "-XX:+PreserveFramePointer",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RelayServer.class.getName()));
        command.addAll(List.of(host.address(), "" + port, backend.address(), "80"));
        command.add(
                switch (this) {
                    case OURS_NIO -> "NIO";
                    case OURS_IO_URING -> "IO_URING";
                    default -> "AUTO";
                });
        LabProcess process = host.start(command.toArray(String[]::new));
        process.awaitLine("ready", START_LIMIT);
        return process;
    }
}
