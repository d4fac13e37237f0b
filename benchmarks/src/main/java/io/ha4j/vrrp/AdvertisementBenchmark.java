package io.ha4j.vrrp;

import io.ha4j.ChecksumForm;
import io.ha4j.VirtualRouter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The codec and the receive checks. Run with {@code -prof gc} to see the bytes per operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AdvertisementBenchmark {
    private final InetAddress source = address("10.77.0.1");
    private final VirtualRouter router =
            VirtualRouter.on("eth0").id(51).priority(100).build();
    private final Advertisement advertisement = new Advertisement(
            3, 51, 150, 0, Duration.ofSeconds(1), List.of(address("10.77.0.100")), ChecksumForm.PSEUDO_HEADER);
    private final ByteBuffer packet = VrrpCodec.encode(advertisement, source, Family.IPV4.group());

    /** A packet that differs from the one before: parse and all checks. */
    @Benchmark
    public Decoded decodeAndCheck() {
        Decoded decoded = ReceiveChecks.check(packet, source, Family.IPV4.group(), 255, 3);
        return decoded instanceof Advertisement it
                ? ReceiveChecks.check(it, packet, source, Family.IPV4.group(), router)
                : decoded;
    }

    /** An advertisement that differs from the one before. */
    @Benchmark
    public ByteBuffer encode() {
        return VrrpCodec.encode(advertisement, source, Family.IPV4.group());
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
