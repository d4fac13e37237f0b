package io.ha4j.relay;

import static java.util.Objects.requireNonNull;

import io.ha4j.lab.Lab;
import io.ha4j.lab.LabException;
import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Three hosts on a switch: wrk on one, all contestants on one, the backend on one. No NAT rules anywhere. */
final class Arena implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int POLLS = 100;

    final LabHost client;
    private final LabHost backend;
    private final LabHost relays;
    private final Lab lab = Lab.create();
    private final Path directory;
    private final Map<Contestant, LabProcess> running = new EnumMap<>(Contestant.class);

    Arena(List<Contestant> contestants, Path directory) throws IOException {
        this.directory = directory;
        client = lab.host("client", "10.77.0.3/24");
        relays = lab.host("relays", "10.77.0.2/24");
        backend = lab.host("backend", "10.77.0.1/24");
        startBackend();
        for (Contestant contestant : contestants) {
            if (contestant != Contestant.DIRECT) {
                running.put(contestant, contestant.start(relays, backend, directory));
            }
            awaitAnswer(contestant);
        }
    }

    private void startBackend() throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        Files.write(root.resolve("mebibyte"), new byte[1024 * 1024]);
        String config = """
                worker_processes 1;
                daemon off;
                user root;
                pid %1$s/backend.pid;
                error_log stderr;
                events { worker_connections 18000; }
                http {
                    access_log off;
                    keepalive_requests 1000000000;
                    client_header_timeout 1h;
                    sendfile on;
                    server {
                        listen %2$s:80 backlog=4096;
                        location = / { return 200 "hello, and this is all\\n"; }
                        location = /mebibyte { root %1$s/root; }
                    }
                }
                """.formatted(directory, backend.address());
        backend.start(
                "nginx",
                "-c",
                Files.writeString(directory.resolve("backend.conf"), config).toString());
    }

    String address(Contestant contestant) {
        return (contestant == Contestant.DIRECT ? backend : relays).address();
    }

    Footprint footprint(Contestant contestant) {
        return new Footprint(requireNonNull(running.get(contestant)).pid());
    }

    Path directory() {
        return directory;
    }

    private void awaitAnswer(Contestant contestant) {
        String url = "http://" + address(contestant) + ":" + contestant.port + "/";
        for (int poll = 1; ; poll++) {
            try {
                client.exec("curl", "-sf", "-o", directory.resolve("answer").toString(), url);
                return;
            } catch (LabException e) {
                if (poll == POLLS) {
                    throw new LabException(contestant + " does not answer\n" + lab.outputs(10), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    /** The memory that an idle connection takes, once this many are open. */
    double bytesPerIdleConnection(Contestant contestant, int connections) {
        long before = residentBytes(contestant);
        try (LabProcess idle = client.start(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                IdleConnections.class.getName(),
                address(contestant),
                "" + contestant.port,
                "" + connections)) {
            idle.awaitLine("open", LIMIT);
            return (residentBytes(contestant) - before) / (double) connections;
        }
    }

    /** What a JVM holds only because nobody has collected it yet is not the connections'. */
    private long residentBytes(Contestant contestant) {
        LabProcess process = requireNonNull(running.get(contestant));
        if (contestant.isOurs()) {
            relays.exec("jcmd", "" + process.pid(), "GC.run");
        }
        return footprint(contestant).residentBytes();
    }

    @Override
    public void close() {
        lab.close();
    }
}
