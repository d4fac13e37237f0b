package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ha4j.Backend;
import io.ha4j.HaUnavailableException;
import io.ha4j.LoadBalancer;
import io.ha4j.Protocol;
import io.ha4j.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What io_uring alone could do wrong; everything else is tested with all transports. */
@Timeout(60)
class UringTest {
    private static LoadBalancer start(Protocol protocol, InetSocketAddress address) {
        return LoadBalancer.builder("web")
                .protocol(protocol)
                .listen(address)
                .backend(Backend.of("127.0.0.1", 9))
                .transport(Transport.IO_URING)
                .start();
    }

    /** A request in the ring keeps a socket for a moment after close(2). */
    @ParameterizedTest
    @EnumSource
    void aPortIsFreeOnceTheBalancerIsClosed(Protocol protocol) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (LoadBalancer loopsGoOn = start(Protocol.TCP, any)) {
            InetSocketAddress address = any;
            for (int i = 0; i < 50; i++) {
                LoadBalancer balancer = start(protocol, address);
                address = balancer.snapshot().listeners().get(0);
                balancer.close(Duration.ZERO);
            }
            assertThat(loopsGoOn.snapshot().transport()).isEqualTo(Transport.IO_URING);
        }
    }

    /** Never another transport in its place. */
    @Test
    void whereThereIsNoneABalancerDoesNotStart() throws IOException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Dio.netty.transport.noNative=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        UringTest.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.lines())
                    .contains(
                            "io_uring is not available here: java.lang.UnsupportedOperationException: Native transport "
                                    + "was explicit disabled with -Dio.netty.transport.noNative=true");
        } finally {
            process.destroyForcibly();
        }
    }

    /** The process under test. */
    public static void main(String[] args) {
        assertThatThrownBy(() -> start(Protocol.TCP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .isInstanceOf(HaUnavailableException.class)
                .satisfies(refused -> System.out.println(refused.getMessage()));
    }
}
