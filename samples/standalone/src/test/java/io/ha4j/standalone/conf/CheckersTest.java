package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ha4j.AllChecks;
import io.ha4j.CheckSchedule;
import io.ha4j.DnsCheck;
import io.ha4j.ExpectedBody;
import io.ha4j.HealthCheck;
import io.ha4j.HttpCheck;
import io.ha4j.HttpCheck.StatusRange;
import io.ha4j.HttpCheck.Version;
import io.ha4j.ScriptCheck;
import io.ha4j.TlsSettings;
import io.ha4j.UdpCheck;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checkers of a real server. */
class CheckersTest {
    /** One of each, as keepalived has them. */
    static final String ALL = """
            virtual_server 10.0.0.1 80 {
              lb_algo wlc
              lb_kind RELAY
              protocol TCP
              delay_loop 2
              virtualhost www.example.org
              warmup 3
              real_server 10.0.0.2 80 {
                HTTP_GET {
                  connect_ip 10.0.0.9
                  connect_port 8080
                  bindto 10.0.0.1
                  bind_port 5000
                  http_protocol 1.1
                  url {
                    path /health?a=b
                    status_code 200-204 301
                    digest 9b3a0c85a887a256d6939da88aabd8cd
                    regex "all (is )?well"
                    regex_no_match
                    regex_options caseless multiline
                    regex_min_offset 1
                    regex_max_offset 100
                  }
                  url {
                    path /
                    virtualhost other.example.org
                  }
                }
                SSL_GET {
                  alpha no
                  enable_sni
                  retry 4
                  url {
                    path /
                  }
                }
                SMTP_CHECK {
                  helo_name lb.example.org
                }
                DNS_CHECK {
                  type AAAA
                  name www.example.org
                }
                UDP_CHECK {
                  payload Ab12f 3 456 546443123
                  require_reply 0X
                  min_reply_length 1
                  max_reply_length 10
                }
                MISC_CHECK {
                  misc_path "/bin/sh -c 'exit 12'"
                  misc_timeout 5
                  misc_dynamic
                  delay_before_retry 0.5
                }
              }
            }
            """;

    private static final CheckSchedule TIMES = CheckSchedule.DEFAULT
            .interval(Duration.ofSeconds(2))
            .timeout(Duration.ofSeconds(5))
            .rise(1)
            .fall(2)
            .retryInterval(Duration.ofSeconds(1))
            .warmUp(Duration.ofSeconds(3));

    private static @Nullable HealthCheck check(String text) throws Exception {
        return Configuration.parse("f", text)
                .virtualServers()
                .get(0)
                .backends()
                .get(0)
                .check();
    }

    private static String server(String checker) {
        return """
                virtual_server 10.0.0.1 80 {
                lb_kind RELAY
                protocol TCP
                real_server 10.0.0.2 80 {
                """ + checker + "\n}\n}\n";
    }

    @Test
    void eachIsRead() throws Exception {
        CheckSchedule http = TIMES.retryInterval(Duration.ofSeconds(3));
        HttpCheck first = HealthCheck.http("/health?a=b")
                .host("www.example.org")
                .version(Version.HTTP_1_1)
                .statuses(List.of(new StatusRange(200, 204), new StatusRange(301, 301)))
                .body(new ExpectedBody(
                        new ExpectedBody.Digest("MD5", "9b3a0c85a887a256d6939da88aabd8cd"),
                        new ExpectedBody.Match(
                                "all (is )?well", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE, true, 1, 100)))
                .schedule(http);
        first = first.route(first.route()
                .address(InetAddress.getByName("10.0.0.9"))
                .port(8080)
                .source(new InetSocketAddress("10.0.0.1", 5000)));
        HttpCheck second = HealthCheck.http("/")
                .host("other.example.org")
                .version(Version.HTTP_1_1)
                .schedule(http)
                .route(first.route());
        assertThat(check(ALL))
                .isEqualTo(HealthCheck.all(
                        first,
                        second,
                        HealthCheck.https("/")
                                .host("www.example.org")
                                .version(Version.HTTP_1_0)
                                .tls(TlsSettings.UNVERIFIED.serverName("www.example.org"))
                                .schedule(http.fall(5).initiallyUp(true)),
                        HealthCheck.smtp().heloName("lb.example.org").schedule(TIMES),
                        HealthCheck.dns(DnsCheck.Type.AAAA, "www.example.org")
                                .schedule(TIMES.fall(4).retryInterval(Duration.ofSeconds(2))),
                        HealthCheck.udp()
                                .payload("ab120f0345065464431203")
                                .requireReply(new UdpCheck.Reply("0x", 1, 10))
                                .schedule(TIMES),
                        new ScriptCheck(
                                "sh",
                                List.of("/bin/sh", "-c", "exit 12"),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                1,
                                1,
                                Duration.ofMillis(500),
                                true)));
    }

    @Test
    void theyAreKeepalivedsOwn(@TempDir Path directory) throws Exception {
        assumeTrue(KeepalivedAgreesTest.isInstalled(), "keepalived is not installed");

        assertThat(Confs.problems(ALL)).isEmpty();
        assertThat(KeepalivedAgreesTest.complaints(directory, ALL.replace("lb_kind RELAY", "lb_kind NAT")))
                .isEmpty();
    }

    @Test
    void oneOfThemStandsAlone() throws Exception {
        assertThat(check(server("DNS_CHECK {\n}"))).isInstanceOf(DnsCheck.class);
        assertThat(check(server("TCP_CHECK {\n}\nTCP_CHECK {\nconnect_port 81\n}")))
                .isInstanceOf(AllChecks.class);
    }

    @Test
    void tlsIsOurs(@TempDir Path directory) throws Exception {
        Path ca = Files.createFile(directory.resolve("ca.pem"));
        assertThat(check(server("ha4j {\nTLS_CHECK {\nserver_name a.b\nverify\nca_file " + ca + "\n}\n}")))
                .isEqualTo(HealthCheck.tls()
                        .tls(TlsSettings.UNVERIFIED.verify("a.b", ca))
                        .schedule(CheckSchedule.DEFAULT
                                .interval(Duration.ofSeconds(60))
                                .timeout(Duration.ofSeconds(5))
                                .rise(1)
                                .fall(2)
                                .retryInterval(Duration.ofSeconds(1))));
        assertThat(check(server("virtualhost a.b\nSSL_GET {\nha4j {\nverify\n}\nurl {\npath /\n}\n}")))
                .isInstanceOfSatisfying(
                        HttpCheck.class,
                        check -> assertThat(check.tls()).isEqualTo(TlsSettings.UNVERIFIED.verify("a.b")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "HTTP_GET {~}               | f:5: HTTP_GET has no url",
                "HTTP_GET {~url {~}~}       | f:6: url has no path",
                "HTTP_GET {~url {~path x~}~} | f:6: url: path must begin with / and have at most 2048 visible ASCII characters, but was x",
                "HTTP_GET {~url {~path /~status_code 200 2xx~}~} | f:8: status_code must be codes like 200 or ranges like 200-299, but has 2xx",
                "HTTP_GET {~url {~path /~status_code 300-200~}~} | f:8: status_code must be codes like 200 or ranges like 200-299, but has 300-200",
                "HTTP_GET {~url {~path /~digest abc~}~} | f:8: digest must be 32 hexadecimal digits (MD5, as genhash prints it) or 64 (SHA-256), but was abc",
                "HTTP_GET {~url {~path /~regex (~}~} | f:6: url: regex must be a regular expression, but in ( there is: Unclosed group",
                "HTTP_GET {~url {~path /~regex a~regex_options ungreedy~}~} | f:9: regex_options ungreedy is not supported by this version of ha4j: it has caseless, dotall, extended, multiline, ucp, utf",
                "HTTP_GET {~http_protocol 2~url {~path /~}~} | f:6: http_protocol must be 1.0, 1.0C, 1.0c or 1.1, but was 2",
                "HTTP_GET {~enable_sni~url {~path /~}~} | f:6: unknown keyword 'enable_sni' in HTTP_GET",
                "SSL_GET {~enable_sni~url {~path /~}~} | f:7: enable_sni needs a virtualhost: the name to ask for",
                "SSL_GET {~ha4j {~verify~}~url {~path /~}~} | f:9: url: serverName must be given where verified is true: the certificate must be for some name",
                "ha4j {~TLS_CHECK {~ca_file /nowhere~}~} | f:7: ca_file /nowhere cannot be read",
                "SMTP_CHECK {~helo_name a b~} | f:6: helo_name takes one value, but has 2: a b",
                "DNS_CHECK {~type A6~} | f:6: type must be A, NS, CNAME, SOA, MX, TXT or AAAA, but was A6",
                "DNS_CHECK {~name a..b~} | f:5: DNS_CHECK: domain must be . or labels of 1 to 63 visible ASCII characters, at most 253 together, but was a..b",
                "UDP_CHECK {~payload xy~} | f:6: payload must be hexadecimal digits, but has xy",
                "UDP_CHECK {~min_reply_length 1~} | f:6: min_reply_length needs a require_reply beside it",
                "UDP_CHECK {~require_reply~min_reply_length 300~} | f:7: min_reply_length 300 is more than max_reply_length 255",
                "MISC_CHECK {~} | f:5: MISC_CHECK has no misc_path",
                "MISC_CHECK {~misc_path /no/such~} | f:6: misc_path /no/such does not exist",
                "MISC_CHECK {~misc_path /bin/true~connect_port 1~} | f:7: unknown keyword 'connect_port' in MISC_CHECK",
                "TCP_CHECK {~bindto ::1~} | f:5: bindto of TCP_CHECK is of another family than what is connected to",
                "TCP_CHECK {~bind_port 1~} | f:6: bind_port needs a bindto beside it",
                "TCP_CHECK {~fwmark 1~} | f:6: fwmark in TCP_CHECK is not supported by this version of ha4j",
                "PING_CHECK {~} | f:5: PING_CHECK in real_server 10.0.0.2 80 is not supported by this version of ha4j"
            })
    void whatIsWrongIsTold(String checker, String problem) {
        assertThat(Confs.problems(server(checker.replace("~", "\n")))).anyMatch(it -> it.startsWith(problem));
    }
}
