package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HTTP_GET, SSL_GET and TLS_CHECK against nginx, with the digests that keepalived's genhash computes. */
class WebChecksIT {
    private static final String ADDRESS = "10.77.0.1";

    @RegisterExtension
    final Testbed bed = new Testbed("nginx", "openssl", "genhash", "curl");

    private LabHost host;
    private final TreeMap<Integer, String> expected = new TreeMap<>();
    private final StringBuilder servers = new StringBuilder();

    @BeforeEach
    void webServer() {
        host = bed.host("one", ADDRESS + "/24");
        openssl("req -x509 -nodes -subj /CN=ca -days 30 -keyout ca.key -out ca.pem");
        for (String name : List.of("www.example.org", "other.example.org")) {
            bed.write("san", "subjectAltName=DNS:" + name + "\n");
            openssl("req -nodes -subj /CN=" + name + " -keyout " + name + ".key -out csr");
            openssl("x509 -req -in csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile san -out " + name
                    + ".pem");
        }
        String config = """
                daemon off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                    uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                    server {
                        listen %2$s:8080;
                        location / { return 200 "all is well\\n"; }
                        location /old { return 301 http://%2$s:8080/; }
                        location /broken { return 503 "broken\\n"; }
                    }
                    server {
                        listen %2$s:8443 ssl;
                        server_name other.example.org;
                        ssl_certificate other.example.org.pem; ssl_certificate_key other.example.org.key;
                        return 200 "other\\n";
                    }
                    server {
                        listen %2$s:8443 ssl;
                        server_name www.example.org;
                        ssl_certificate www.example.org.pem; ssl_certificate_key www.example.org.key;
                        return 200 "www\\n";
                    }
                }
                """.formatted(bed.file(""), ADDRESS);
        host.start("nginx", "-c", bed.write("nginx.conf", config).toString());
        Wait.until(
                "nginx answers",
                () -> host.exec("sh", "-c", "curl -s -k -m 2 https://" + ADDRESS + ":8443/ || true")
                        .contains("other"));
    }

    private void openssl(String command) {
        String keys = command.startsWith("req") ? " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1" : "";
        host.exec("sh", "-c", "cd " + bed.file("") + " && openssl " + command + keys + " 2>&1");
    }

    private String genhash(String options) {
        String answer = host.exec("sh", "-c", "genhash -s " + ADDRESS + " " + options);
        Matcher digest = Pattern.compile("[0-9a-f]{32}").matcher(answer);
        assertThat(digest.find()).as("a digest in " + answer).isTrue();
        return digest.group();
    }

    /** Adds a real server; its port tells it from the others, and the check goes elsewhere. */
    private void check(String checker, String verdict) {
        int port = 1001 + expected.size();
        expected.put(port, verdict);
        servers.append("real_server ").append(ADDRESS).append(' ').append(port).append(" {\n");
        servers.append(checker.replace("~", "\n")).append("\n}\n");
    }

    private void http(String url, String verdict) {
        check("HTTP_GET {~connect_port 8080~url {~" + url + "~}~}", verdict);
    }

    private void https(String settings, String url, String verdict) {
        check("SSL_GET {~connect_port 8443~" + settings + "~url {~" + url + "~}~}", verdict);
    }

    @Test
    void eachIsToldWhatIsTrueOfIt() {
        String well = genhash("-p 8080 -u /");
        String www = genhash("-S -p 8443 -u / -V www.example.org");
        String ends = ", TLSv1.[23], its certificate ends on .*";
        String verified = "ha4j {~verify~ca_file " + bed.file("ca.pem") + "~}";
        String virtualHost = "path /~virtualhost www.example.org";

        http("path /", "UP GET /: status 200");
        http("path /~digest " + well, "UP GET /: status 200, body as expected");
        http("path /~digest " + www, "DOWN GET /: MD5 " + well + ", but expected " + www);
        http("path /~regex \"is (good|well)\"", "UP GET /: status 200, body as expected");
        http("path /~regex \"is (good|well)\"~regex_no_match", "DOWN GET /: body matches /is .good.well./");
        http("path /old", "DOWN GET /old: status 301, but expected 200-299");
        http("path /old~status_code 301", "UP GET /old: status 301");
        http("path /broken", "DOWN GET /broken: status 503, but expected 200-299");
        http("path /~}~url {~path /broken", "DOWN GET /broken: status 503, but expected 200-299");
        https("", "path /~regex other", "UP GET /: status 200, body as expected" + ends);
        https("enable_sni", virtualHost + "~digest " + www, "UP GET /: status 200, body as expected" + ends);
        https("enable_sni~" + verified, virtualHost, "UP GET /: status 200" + ends);
        https(verified, "path /~virtualhost wrong.example.org", "DOWN GET /: TLS: No subject alternative DNS name .*");
        https("enable_sni~ha4j {~verify~}", virtualHost, "DOWN GET /: TLS: unable to find valid certification path .*");
        check("SSL_GET {~connect_port 8080~url {~path /~}~}", "DOWN GET /: TLS: not an SSL/TLS record: .*");
        check("ha4j {~TLS_CHECK {~connect_port 8443~}~}", "UP TLS handshake" + ends);
        check("TCP_CHECK {~connect_port 1~}", "DOWN connect to 10.77.0.1:1: ECONNREFUSED");

        String file = bed.write(
                        "ha.conf",
                        "virtual_server " + ADDRESS + " 80 {\nlb_algo rr\nlb_kind RELAY\n"
                                + "protocol TCP\ndelay_loop 1\nconnect_timeout 20\n" + servers + "}\n")
                .toString();
        LabProcess balancer = bed.ha4j(host, "run", "-f", file, "--admin", "unix:" + bed.file("one.sock"));
        balancer.awaitLine("Started in", Wait.LIMIT);

        Wait.until("all are checked", () -> verdicts().stream().noneMatch(it -> it.contains("not checked yet")));
        List<String> patterns = expected.values().stream().toList();
        List<String> verdicts = verdicts();
        for (int i = 0; i < patterns.size(); i++) {
            assertThat(verdicts.get(i)).as("real server %d", i).matches(patterns.get(i));
        }
        balancer.awaitLine("Check of [10.77.0.1]:tcp:1001 success: GET /: status 200", Wait.LIMIT);
        assertThat(bed.ha4j(host, "status", "--admin", "unix:" + bed.file("one.sock"))
                        .waitFor(Wait.LIMIT))
                .contains(0);
    }

    private List<String> verdicts() {
        String json =
                host.exec("curl", "-s", "--unix-socket", bed.file("one.sock").toString(), "http://x/status");
        List<String> verdicts = new ArrayList<>();
        JsonNode status = JsonMapper.shared().readTree(json);
        status.at("/virtualServers/0/realServers")
                .forEach(server -> verdicts.add(server.at("/state").asString() + " "
                        + server.at("/detail").asString()));
        return verdicts;
    }
}
