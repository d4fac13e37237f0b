package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients and servers that people use, through the relay: what they say straight, they say through it. */
class RealClientsIT {
    private static final String VIA = "10.77.0.1";
    private static final String STRAIGHT = "10.77.0.11";
    private static final long MEGABYTE = 1024 * 1024;

    @RegisterExtension
    final Testbed bed = new Testbed("curl", "nginx", "openssl", "setpriv", "iperf3", "psql", "pgbench");

    private LabHost client;
    private LabHost relay;
    private LabHost server;

    @BeforeEach
    void hosts() {
        relay = bed.host("relay", VIA + "/24");
        server = bed.host("server", STRAIGHT + "/24");
        client = bed.host("client", "10.77.0.254/24");
    }

    private BalancerProcess balance(int port) {
        return BalancerProcess.start(bed, relay, BalancerConfig.unchecked(VIA, port, List.of(STRAIGHT + " " + port)));
    }

    /** Runs it on the client to its end, for as long as a busy machine takes. */
    private String run(String... command) {
        LabProcess process = client.start(command);
        assertThat(process.waitFor(Wait.LIMIT.multipliedBy(2)))
                .as(String.join(" ", command))
                .contains(0);
        return process.lines().stream().map(LabProcess.Line::text).collect(Collectors.joining("\n"));
    }

    @Test
    void curlOverTlsFromNginx() throws IOException {
        String directory = bed.file("").toString();
        server.exec(
                "sh",
                "-c",
                "cd " + directory + " && openssl req -x509 -nodes -subj /CN=www.example.org -days 5 -newkey ec"
                        + " -pkeyopt ec_paramgen_curve:prime256v1 -addext subjectAltName=DNS:www.example.org"
                        + " -keyout key.pem -out cert.pem 2>&1 && head -c 20M /dev/urandom >file");
        String config = """
                daemon off;
                user root;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                    uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                    server {
                        listen %2$s:443 ssl http2;
                        ssl_certificate cert.pem; ssl_certificate_key key.pem;
                        root %1$s;
                        client_max_body_size 100m;
                    }
                }
                """.formatted(directory, STRAIGHT);
        server.start("nginx", "-c", bed.write("nginx.conf", config).toString());
        BalancerProcess balancer = balance(443);
        Wait.until(
                "nginx answers",
                () -> client.exec(
                                "sh",
                                "-c",
                                "curl -s -k -m 2 -o /dev/null -w %{http_code} https://" + STRAIGHT
                                        + "/cert.pem || true")
                        .contains("200"));

        for (String version : List.of("--http1.1", "--http2")) {
            run(
                    "curl",
                    "-sS",
                    version,
                    "--cacert",
                    directory + "/cert.pem",
                    "--connect-to",
                    "::" + VIA + ":443",
                    "-o",
                    directory + "/copy",
                    "https://www.example.org/file");
            assertThat(Files.mismatch(bed.file("file"), bed.file("copy")))
                    .as(version)
                    .isEqualTo(-1);
            Files.delete(bed.file("copy"));
        }
        Wait.untilEqual(2L, () -> balancer.server(0).at("/ended/finished").asLong());
        assertThat(balancer.server(0).at("/ended/backend_reset").asLong()).isZero();
    }

    @Test
    void psqlAndPgbenchAgainstPostgres() throws IOException {
        startPostgres();
        BalancerProcess balancer = balance(5432);

        String query = "select i || repeat('x', 1000) from generate_series(1, 10000) i";
        assertThat(psql(VIA, query)).hasSizeGreaterThan(10_000_000).isEqualTo(psql(STRAIGHT, query));
        pgbench("-i", "-s", "1", "-q");
        assertThat(pgbench("-n", "-c", "4", "-j", "2", "-t", "100"))
                .contains("number of transactions actually processed: 400/400", "number of failed transactions: 0 ");
        assertThat(pgbench("-n", "-S", "-C", "-c", "4", "-t", "10"))
                .contains("number of transactions actually processed: 40/40", "number of failed transactions: 0 ");
        assertThat(psql(VIA, "select count(*) from pgbench_history")).isEqualTo("400");
        Wait.untilEqual(0L, () -> balancer.server(0).at("/activeConnections").asLong());
    }

    private String psql(String host, String query) {
        return run("psql", "-h", host, "-U", "postgres", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-c", query);
    }

    private String pgbench(String... options) {
        List<String> command = new ArrayList<>(List.of("pgbench", "-h", VIA, "-U", "postgres"));
        command.addAll(List.of(options));
        command.add("postgres");
        return run(command.toArray(String[]::new));
    }

    /** As nobody, as it does not run as root. */
    private void startPostgres() throws IOException {
        Path binaries;
        try (Stream<Path> versions = Files.isDirectory(Path.of("/usr/lib/postgresql"))
                ? Files.list(Path.of("/usr/lib/postgresql"))
                : Stream.of()) {
            binaries = versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .findFirst()
                    .orElse(null);
        }
        assumeTrue(binaries != null, "PostgreSQL is not installed; ./check as root installs it");
        Path data = bed.file("pg");
        server.exec("sh", "-c", "chmod 711 " + bed.file("") + " && mkdir " + data + " && chown 65534 " + data);
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        LabProcess init = bed.start(
                server,
                nobody,
                List.of(binaries + "/initdb", "-D", data.toString(), "-U", "postgres", "-A", "trust", "--no-sync"));
        assertThat(init.waitFor(Wait.LIMIT.multipliedBy(2))).as("initdb").contains(0);
        Files.writeString(data.resolve("pg_hba.conf"), "host all all 10.77.0.0/24 trust\n");
        LabProcess postgres = bed.start(
                server,
                nobody,
                List.of(
                        binaries + "/postgres",
                        "-D",
                        data.toString(),
                        "-c",
                        "listen_addresses=" + STRAIGHT,
                        "-c",
                        "unix_socket_directories=" + data,
                        "-c",
                        "fsync=off",
                        "-c",
                        "shared_buffers=16MB"));
        postgres.awaitLine("ready to accept connections", Wait.LIMIT);
    }

    /** Its data and its words about them go over connections of their own. */
    @Test
    void iperf3InBothDirections() {
        LabProcess listening = server.start("iperf3", "-s", "-B", STRAIGHT, "--forceflush");
        listening.awaitLine("Server listening", Wait.LIMIT);
        BalancerProcess balancer = balance(5201);
        for (String direction : List.of("--length=128K", "--reverse")) {
            String report = run("iperf3", "-c", VIA, "-n", "200M", "-P", "2", "-J", direction);
            JsonNode end = JsonMapper.shared().readTree(report).at("/end");
            assertThat(end.at("/sum_received/bytes").asLong()).as(direction).isGreaterThan(150 * MEGABYTE);
            System.out.printf(
                    "iperf3 %s through the relay: %.1f Gbit/s%n",
                    direction, end.at("/sum_received/bits_per_second").asDouble() / 1e9);
        }
        Wait.untilEqual(0L, () -> balancer.server(0).at("/activeConnections").asLong());
        assertThat(balancer.server(0).at("/ended/internal_error").asLong()).isZero();
    }
}
