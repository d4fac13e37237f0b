package io.ha4j.lb;

import static io.ha4j.lb.Verdict.hasty;
import static io.ha4j.lb.Verdict.patient;
import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import io.ha4j.ExpectedBody;
import io.ha4j.HealthCheck;
import io.ha4j.HttpCheck;
import io.ha4j.HttpCheck.StatusRange;
import io.ha4j.HttpCheck.Version;
import io.ha4j.LoadBalancer;
import io.ha4j.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HttpCheckTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final HttpCheck CHECK = patient(HealthCheck.http("/"));

    private static String verdict(String answer, HttpCheck check) throws Exception {
        try (Script server = Script.answering(answer)) {
            return Verdict.of(server.port(), check);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStatusOf200IsWell(Transport transport) throws Exception {
        try (Script server = Script.answering(HELLO)) {
            assertThat(Verdict.of(server.port(), CHECK, transport)).isEqualTo("UP GET /: status 200");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "204 No Content | UP GET /: status 204",
                "301 Moved      | DOWN GET /: status 301, but expected 200-299",
                "500 Oh         | DOWN GET /: status 500, but expected 200-299",
                "999            | DOWN GET /: status 999, but expected 200-299"
            })
    void theStatusDecides(String status, String verdict) throws Exception {
        assertThat(verdict(
                        "HTTP/1.1 " + status + "\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", CHECK))
                .isEqualTo(verdict);
    }

    @Test
    void otherStatusesCanBeWanted() throws Exception {
        HttpCheck check = CHECK.statuses(List.of(new StatusRange(200, 200), new StatusRange(400, 403)));
        assertThat(verdict("HTTP/1.1 403 No\r\n\r\n", check)).isEqualTo("UP GET /: status 403");
        assertThat(verdict("HTTP/1.1 404 No\r\n\r\n", check))
                .isEqualTo("DOWN GET /: status 404, but expected 200, 400-403");
        assertThat(verdict("HTTP/1.1 404 No\r\n\r\n", check.status(404))).isEqualTo("UP GET /: status 404");
    }

    @Test
    void anInterimAnswerIsNoAnswer() throws Exception {
        assertThat(verdict("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 503 No\r\n\r\n", CHECK))
                .isEqualTo("DOWN GET /: status 503, but expected 200-299");
    }

    @Test
    void theRequestIsWhatWasAskedFor() throws Exception {
        try (Script server = Script.answering("HTTP/1.0 200 OK\r\n\r\n")) {
            HttpCheck check = patient(HealthCheck.http("/a?b=c"));
            Verdict.of(server.port(), check);
            Verdict.of(
                    server.port(), check.host("www.example.org").method("HEAD").version(Version.HTTP_1_0));
            Verdict.of(server.port(), check.version(Version.HTTP_1_0_CLOSE));
            String own = "host: 127.0.0.1:" + server.port() + "\r\nuser-agent: ha4j\r\n";
            assertThat(server.heard)
                    .containsExactly(
                            "GET /a?b=c HTTP/1.1\r\n" + own + "connection: close\r\n\r\n",
                            "HEAD /a?b=c HTTP/1.0\r\nhost: www.example.org\r\nuser-agent: ha4j\r\n\r\n",
                            "GET /a?b=c HTTP/1.0\r\n" + own + "connection: close\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 5      | hello",
                "Transfer-Encoding: chunked | 2~he~3~llo~0~~",
                "X: until it is closed  | hello"
            })
    void theDigestIsThatOfTheWholeBody(String header, String body) throws Exception {
        String answer = "HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n" + body.replace("~", "\r\n");
        String md5 = "5d41402abc4b2a76b9719d911017c592";
        String sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

        assertThat(verdict(answer, CHECK.body(ExpectedBody.md5(md5))))
                .isEqualTo("UP GET /: status 200, body as expected");
        assertThat(verdict(answer, CHECK.body(ExpectedBody.sha256(sha256))))
                .isEqualTo("UP GET /: status 200, body as expected");
        assertThat(verdict(answer, CHECK.body(ExpectedBody.md5(md5.replace('5', '6')))))
                .isEqualTo("DOWN GET /: MD5 " + md5 + ", but expected " + md5.replace('5', '6'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "l+o   | UP GET /: status 200, body as expected",
                "^ello | DOWN GET /: body does not match /^ello/",
            })
    void thePatternIsSearchedFor(String regex, String verdict) throws Exception {
        assertThat(verdict(HELLO, CHECK.body(ExpectedBody.matching(regex)))).isEqualTo(verdict);
    }

    @Test
    void aPatternCanBeUnwanted() throws Exception {
        assertThat(verdict(HELLO, CHECK.body(ExpectedBody.notMatching("error"))))
                .isEqualTo("UP GET /: status 200, body as expected");
        assertThat(verdict(HELLO, CHECK.body(ExpectedBody.notMatching("ell"))))
                .isEqualTo("DOWN GET /: body matches /ell/");
        ExpectedBody late = new ExpectedBody(null, new ExpectedBody.Match("l", 0, false, 3, 3));
        assertThat(verdict(HELLO, CHECK.body(late))).startsWith("UP");
        ExpectedBody early = new ExpectedBody(null, new ExpectedBody.Match("l", 0, false, 0, 1));
        assertThat(verdict(HELLO, CHECK.body(early))).startsWith("DOWN");
    }

    @Test
    void aSearchThatTakesForEverEnds() throws Exception {
        String body = "a".repeat(5000);
        HttpCheck check = hasty(CHECK).body(ExpectedBody.matching("(a|a)*b"));
        assertThat(verdict("HTTP/1.1 200 OK\r\n\r\n" + body, check))
                .matches("DOWN GET /: (no end of the search for .* within 500 ms|body cannot be searched for .*)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTT                     | DOWN GET /: connection closed, but expected a status",
                "''                      | DOWN GET /: connection closed, but expected a status",
                "SSH-2.0-x~              | DOWN GET /: not an HTTP answer: invalid version format: SSH-2.0-X",
                "HTTP/1.1 200 OK~A: b    | DOWN GET /: not an HTTP answer: Connection closed before received headers",
                "HTTP/1.1 200 OK~Content-Length: 9~~hello | DOWN GET /: connection closed, but expected the end of the body",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~hello~ | DOWN GET /: connection closed, but expected the end of the body",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~zz~ | DOWN GET /: not an HTTP answer: .*"
            })
    void anAnswerThatIsNoneIsAFailure(String answer, String verdict) throws Exception {
        assertThat(verdict(answer.replace("~", "\r\n"), CHECK.body(ExpectedBody.matching("."))))
                .matches(verdict.replace("?", "."));
    }

    @Test
    void moreThanAnybodyWantsIsAFailure() throws Exception {
        assertThat(verdict(HELLO, CHECK.maxBody(4).body(ExpectedBody.matching("h"))))
                .isEqualTo("DOWN GET /: body longer than 4 bytes");
        assertThat(verdict("HTTP/1.1 200 OK\r\nA: " + "b".repeat(100_000), CHECK))
                .startsWith("DOWN GET /: not an HTTP answer: ");
    }

    @ParameterizedTest
    @EnumSource
    void whatNeverEndsEndsAtTheTimeout(Transport transport) throws Exception {
        HttpCheck check = hasty(CHECK).body(ExpectedBody.md5("0".repeat(32)));
        try (Script silent = new Script(Script::head);
                Script dripping = new Script(socket -> {
                    Script.head(socket);
                    for (String c : HELLO.split("")) {
                        Script.say(socket, c);
                        Thread.sleep(50);
                    }
                });
                Script endless = new Script(socket -> {
                    Script.head(socket);
                    Script.say(socket, "HTTP/1.1 200 OK\r\n\r\n");
                    while (true) {
                        Script.say(socket, "more");
                        Thread.sleep(1);
                    }
                })) {
            assertThat(Verdict.of(silent.port(), check, transport)).isEqualTo("DOWN GET /: no status within 500 ms");
            assertThat(Verdict.of(dripping.port(), check, transport)).isEqualTo("DOWN GET /: no status within 500 ms");
            assertThat(Verdict.of(endless.port(), check, transport))
                    .isEqualTo("DOWN GET /: no end of the body within 500 ms");
        }
    }

    @Test
    void manyThatNeverAnswerTakeNoThreadAndNoDescriptorForLong() throws Exception {
        int count = 300;
        AtomicInteger closed = new AtomicInteger();
        try (Script silent = new Script(socket -> {
            Script.head(socket);
            try {
                if (socket.getInputStream().read() < 0) {
                    closed.incrementAndGet();
                }
            } catch (IOException e) {
                closed.incrementAndGet();
            }
        })) {
            HttpCheck check =
                    CHECK.timeout(Duration.ofSeconds(2)).address("127.0.0.1").port(silent.port());
            LoadBalancer.Builder builder = LoadBalancer.builder("web").listen("127.0.0.1", 0);
            for (int i = 0; i < count; i++) {
                builder.backend(Backend.of("127.1." + i / 250 + "." + (1 + i % 250), 80));
            }
            try (LoadBalancer balancer = builder.healthCheck(check).start()) {
                Await.until("all were asked", () -> silent.accepted() == count);
                long threads = Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("ha4j-lb"))
                        .count();
                assertThat(threads)
                        .isLessThanOrEqualTo(2L * Runtime.getRuntime().availableProcessors());
                Await.until(
                        "all are down",
                        () -> balancer.snapshot().backends().stream()
                                .allMatch(backend -> backend.detail().equals("GET /: no status within 2000 ms")));
                Await.until("all connections are closed", () -> closed.get() == count);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetIsAFailure(Transport transport) throws Exception {
        try (Script server = new Script(socket -> {
            Script.head(socket);
            Script.say(socket, "HTTP/1.");
            socket.setSoLinger(true, 0);
            socket.close();
        })) {
            assertThat(Verdict.of(server.port(), CHECK, transport))
                    .matches("DOWN GET /: (ECONNRESET|connection closed), but expected a status");
        }
    }

    @Test
    void aServerOfAnotherPortCanBeAsked() throws Exception {
        try (Script server = Script.answering(HELLO)) {
            assertThat(Verdict.of(1, CHECK.port(server.port()))).isEqualTo("UP GET /: status 200");
            assertThat(Verdict.of(1, CHECK)).isEqualTo("DOWN connect to 127.0.0.1:1: ECONNREFUSED");
        }
    }
}
