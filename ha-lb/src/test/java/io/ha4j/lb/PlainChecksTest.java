package io.ha4j.lb;

import static io.ha4j.lb.Verdict.hasty;
import static io.ha4j.lb.Verdict.patient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ha4j.Backend;
import io.ha4j.CheckRoute;
import io.ha4j.DnsCheck;
import io.ha4j.HealthCheck;
import io.ha4j.LoadBalancer;
import io.ha4j.SmtpCheck;
import io.ha4j.TcpCheck;
import io.ha4j.TlsSettings;
import io.ha4j.Transport;
import io.ha4j.UdpCheck;
import io.ha4j.UdpCheck.Reply;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks that are not HTTP, against servers that do what they should, and others. */
@Timeout(60)
class PlainChecksTest {
    @ParameterizedTest
    @EnumSource
    void attemptsFollowOneAnotherFromTheSamePort(Transport transport) throws Exception {
        int port;
        try (ServerSocket free = Route.server()) {
            port = free.getLocalPort();
        }
        List<Integer> ports = new CopyOnWriteArrayList<>();
        try (Script server = new Script(socket -> ports.add(socket.getPort()))) {
            TcpCheck check = HealthCheck.tcp().timeout(Duration.ofSeconds(20)).interval(Duration.ofMillis(5));
            CheckRoute route = CheckRoute.DIRECT.source(new InetSocketAddress("127.0.0.3", port));
            try (LoadBalancer balancer = LoadBalancer.builder("web")
                    .listen("127.0.0.1", 0)
                    .backend(Backend.of("127.0.0.1", server.port()).check(check.route(route)))
                    .transport(transport)
                    .start()) {
                Await.until("5 attempts", () -> ports.size() >= 5);
                assertThat(Verdict.backend(balancer).detail()).isEqualTo("connected");
                assertThat(ports).containsOnly(port);
            }
        }
    }

    private static Script mailServer(List<String> heard, String greeting, String toHelo, String toQuit)
            throws Exception {
        return new Script(socket -> {
            Script.say(socket, greeting);
            heard.add(Script.line(socket));
            Script.say(socket, toHelo);
            heard.add(Script.line(socket));
            Script.say(socket, toQuit);
            socket.close();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aMailServerGreetsAndTakesHelo(Transport transport) throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Script server = mailServer(heard, "220-a\r\n220 b\r\n", "250-a\r\n250 b\r\n", "221 bye\r\n")) {
            SmtpCheck check = patient(HealthCheck.smtp());
            assertThat(Verdict.of(server.port(), check, transport)).isEqualTo("UP SMTP: greets and takes HELO");
            assertThat(Verdict.of(server.port(), check.heloName("lb.example.org"), transport))
                    .startsWith("UP");
            assertThat(heard).containsExactly("HELO [127.0.0.1]", "QUIT", "HELO lb.example.org", "QUIT");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "554 no | 250 a | DOWN SMTP: greeting is '554 no', but expected 220",
                "220 a  | 502 b | DOWN SMTP: answer to HELO is '502 b', but expected 250",
                "hello  | 250 a | DOWN SMTP: 'hello', but expected a greeting",
                "220 a  | 25    | DOWN SMTP: '25', but expected an answer to HELO"
            })
    void aMailServerThatDoesNotIsDown(String greeting, String toHelo, String verdict) throws Exception {
        try (Script server =
                mailServer(new CopyOnWriteArrayList<>(), greeting + "\r\n", toHelo + "\r\n", "221 b\r\n")) {
            assertThat(Verdict.of(server.port(), patient(HealthCheck.smtp()))).isEqualTo(verdict);
        }
    }

    @Test
    void aMailServerThatSaysNothingOrTooMuchIsDown() throws Exception {
        try (Script silent = new Script(socket -> Script.line(socket));
                Script closing = new Script(socket -> socket.close());
                Script endless = new Script(socket -> {
                    while (true) {
                        Script.say(socket, "220-more\r\n");
                        Thread.sleep(1);
                    }
                });
                Script longLine = new Script(socket -> Script.say(socket, "2".repeat(5000)))) {
            assertThat(Verdict.of(silent.port(), hasty(HealthCheck.smtp())))
                    .isEqualTo("DOWN SMTP: no greeting within 500 ms");
            assertThat(Verdict.of(closing.port(), patient(HealthCheck.smtp())))
                    .isEqualTo("DOWN SMTP: connection closed, but expected a greeting");
            assertThat(Verdict.of(endless.port(), hasty(HealthCheck.smtp())))
                    .isEqualTo("DOWN SMTP: no greeting within 500 ms");
            assertThat(Verdict.of(longLine.port(), hasty(HealthCheck.smtp()))).startsWith("DOWN SMTP: ");
        }
    }

    @Test
    void aHandshakeThatIsNoneIsAFailure() throws Exception {
        try (Script plain = new Script(socket -> {
                    socket.getInputStream().read();
                    Script.say(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
                });
                Script silent = new Script(socket -> Script.line(socket));
                Script closing = new Script(socket -> {
                    socket.getInputStream().read();
                    socket.close();
                })) {
            assertThat(Verdict.of(plain.port(), patient(HealthCheck.tls())))
                    .startsWith("DOWN TLS: not an SSL/TLS record: 485454502f");
            assertThat(Verdict.of(silent.port(), hasty(HealthCheck.tls())))
                    .isEqualTo("DOWN no TLS handshake within 500 ms");
            assertThat(Verdict.of(closing.port(), patient(HealthCheck.https("/"))))
                    .startsWith("DOWN GET /: TLS: ");
        }
    }

    @Test
    void aCaFileThatCannotBeReadIsRefusedAtOnce(@TempDir Path directory) throws Exception {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        for (Path file : List.of(empty, directory.resolve("absent.pem"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Verdict.of(
                            1, HealthCheck.tls().tls(TlsSettings.UNVERIFIED.verify("www.example.org", file))))
                    .withMessageStartingWith("caFile must have certificates in PEM, but " + file);
        }
    }

    /** Answers each datagram with what the function makes of it; with nothing if that is null. */
    private static DatagramSocket answering(UnaryOperator<byte[]> answers) throws Exception {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                    socket.receive(packet);
                    byte[] answer = answers.apply(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
                    if (answer.length > 0) {
                        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                    }
                }
            } catch (java.io.IOException e) {
                // the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @ParameterizedTest
    @EnumSource
    void aQuestionIsAnswered(Transport transport) throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (DatagramSocket server = answering(question -> {
            heard.add(HexFormat.of().formatHex(question).substring(4));
            question[2] |= (byte) 0x80;
            return question;
        })) {
            DnsCheck check = patient(HealthCheck.dns(DnsCheck.Type.SOA, "."));
            assertThat(Verdict.of(server.getLocalPort(), check, transport))
                    .isEqualTo("UP DNS SOA .: NOERROR, 0 in the answer");
            Verdict.of(server.getLocalPort(), patient(HealthCheck.dns(DnsCheck.Type.AAAA, "a.bc.")), transport);
            assertThat(heard)
                    .containsExactly(
                            "01000001000000000000" + "0000060001",
                            "01000001000000000000" + "0161026263" + "00001c0001");
        }
    }

    @ParameterizedTest
    @CsvSource({"2, SERVFAIL", "3, NXDOMAIN", "5, REFUSED", "9, RCODE 9"})
    void anErrorIsAFailure(int code, String name) throws Exception {
        try (DatagramSocket server = answering(question -> {
            question[2] |= (byte) 0x80;
            question[3] = (byte) code;
            return question;
        })) {
            assertThat(Verdict.of(server.getLocalPort(), patient(HealthCheck.dns(DnsCheck.Type.A, "x"))))
                    .isEqualTo("DOWN DNS A x: " + name + ", but expected NOERROR");
        }
    }

    @Test
    void whatIsNoAnswerDoesNotCount() throws Exception {
        UnaryOperator<byte[]> foreign = question -> {
            question[0] ^= 1;
            question[2] |= (byte) 0x80;
            return question;
        };
        for (UnaryOperator<byte[]> strange : List.of(foreign, question -> question, question -> hex("0000"))) {
            try (DatagramSocket server = answering(strange)) {
                assertThat(Verdict.of(server.getLocalPort(), hasty(HealthCheck.dns(DnsCheck.Type.A, "x"))))
                        .isEqualTo("DOWN DNS A x: no answer within 500 ms");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedPortIsToldByIcmp(Transport transport) throws Exception {
        int port;
        try (DatagramSocket socket = answering(data -> data)) {
            port = socket.getLocalPort();
        }
        assertThat(Verdict.of(port, patient(HealthCheck.udp()), transport)).startsWith("DOWN UDP: ECONNREFUSED");
        assertThat(Verdict.of(port, patient(HealthCheck.dns(DnsCheck.Type.A, "x")), transport))
                .startsWith("DOWN DNS A x: ECONNREFUSED");
    }

    @Test
    void silenceIsWellUnlessAReplyIsRequired() throws Exception {
        try (DatagramSocket silent = answering(data -> new byte[0])) {
            UdpCheck check = hasty(HealthCheck.udp()).payload("00ff");
            assertThat(Verdict.of(silent.getLocalPort(), check)).isEqualTo("UP UDP: no error within 500 ms");
            assertThat(Verdict.of(silent.getLocalPort(), check.requireReply()))
                    .isEqualTo("DOWN UDP: no reply within 500 ms");
        }
    }

    @Test
    void theReplyDecides() throws Exception {
        try (DatagramSocket echo = answering(data -> data)) {
            UdpCheck check = patient(HealthCheck.udp()).payload("01AB");
            int port = echo.getLocalPort();
            assertThat(Verdict.of(port, check)).isEqualTo("UP UDP: a reply");
            assertThat(Verdict.of(port, check.requireReply(new Reply("0xab77", 2, 2))))
                    .isEqualTo("UP UDP: a reply of 2 bytes");
            assertThat(Verdict.of(port, check.requireReply(new Reply("02", 0, 255))))
                    .isEqualTo("DOWN UDP: a reply of 01ab, but expected 02");
            assertThat(Verdict.of(port, check.requireReply(new Reply("", 3, 255))))
                    .isEqualTo("DOWN UDP: a reply of 2 bytes, but expected 3 to 255");
            assertThat(Verdict.of(port, check.requireReply(new Reply("", 0, 1))))
                    .isEqualTo("DOWN UDP: a reply of more than 1 bytes, but expected 0 to 1");
        }
    }
}
