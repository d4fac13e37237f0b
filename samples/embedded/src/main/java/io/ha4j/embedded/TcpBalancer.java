package io.ha4j.embedded;

import io.ha4j.Backend;
import io.ha4j.BalancerSnapshot;
import io.ha4j.HaException;
import io.ha4j.HealthCheck;
import io.ha4j.LoadBalancer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A balancer before some backends, which it connects to every second to see whether they are there.
 *
 * <pre>java -cp … io.ha4j.embedded.TcpBalancer 8080 10.0.0.12:8080 10.0.0.13:8080</pre>
 *
 * <p>It reads commands: {@code drain 10.0.0.12:8080} gives that backend no new connections, {@code undrain} does again,
 * and an empty line shows all of them. At SIGTERM it stops accepting and lets connections end for 10 s.
 */
public final class TcpBalancer {
    private TcpBalancer() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: TcpBalancer PORT ADDRESS:PORT ...");
            System.exit(2);
        }
        try {
            LoadBalancer balancer =
                    start(Integer.parseInt(args[0]), List.of(args).subList(1, args.length));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> balancer.close(Duration.ofSeconds(10))));
            var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(command(balancer, line));
            }
        } catch (HaException | IllegalArgumentException e) {
            System.err.println("TcpBalancer: " + e.getMessage());
            System.exit(1);
        }
    }

    static LoadBalancer start(int port, List<String> backends) {
        LoadBalancer.Builder builder = LoadBalancer.builder("tcp")
                .listen("0.0.0.0", port)
                .healthCheck(HealthCheck.tcp().interval(Duration.ofSeconds(1)).fall(2))
                .onEvent(System.out::println);
        for (String backend : backends) {
            InetSocketAddress address = address(backend);
            builder.backend(Backend.of(address.getHostString(), address.getPort()));
        }
        return builder.start();
    }

    static String command(LoadBalancer balancer, String line) {
        String[] words = line.split(" ");
        try {
            if (words.length == 2 && words[0].equals("drain")) {
                var unused = balancer.drain(address(words[1])) // ends with the last of its connections
                        .thenRun(() -> System.out.println(words[1] + " has no connections left"));
            } else if (words.length == 2 && words[0].equals("undrain")) {
                balancer.undrain(address(words[1]));
            } else if (!line.isBlank()) {
                return "drain or undrain ADDRESS:PORT, but was: " + line;
            }
        } catch (IllegalArgumentException e) { // no such backend
            return String.valueOf(e.getMessage());
        }
        return balancer.snapshot().backends().stream().map(TcpBalancer::text).collect(Collectors.joining("\n"));
    }

    private static String text(BalancerSnapshot.BackendSnapshot backend) {
        InetSocketAddress address = backend.address();
        return address.getAddress().getHostAddress() + ":" + address.getPort() + " " + backend.state() + ", "
                + backend.active() + " connections now, " + backend.total() + " in all";
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a backend must be ADDRESS:PORT, but was " + text);
        }
        return Backend.of(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)))
                .address();
    }
}
