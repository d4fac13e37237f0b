package io.ha4j.embedded;

import com.sun.net.httpserver.HttpServer;
import io.ha4j.HaException;
import io.ha4j.HaGroup;
import io.ha4j.HealthCheck;
import io.ha4j.HealthSwitch;
import io.ha4j.VirtualRouter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A web server that is its own virtual-IP holder. Start it on two machines of one network, with different priorities:
 *
 * <pre>java -cp … io.ha4j.embedded.EmbeddedServer eth0 10.0.0.100/24 150</pre>
 *
 * <p>and {@code curl http://10.0.0.100:8080/} is answered by the one with the higher priority, until that is gone. A
 * {@code POST} to {@code /fail}, at the node's own address, makes the node say that it is unwell, one to {@code /recover}
 * that it is well again.
 */
public final class EmbeddedServer {
    private EmbeddedServer() {}

    public static void main(String[] args) {
        if (args.length != 3) {
            System.err.println("usage: EmbeddedServer INTERFACE ADDRESS/PREFIX PRIORITY");
            System.exit(2);
        }
        try {
            run(args);
        } catch (HaException | IllegalArgumentException | IOException e) {
            System.err.println("EmbeddedServer: " + e.getMessage());
            System.exit(1); // the web server's thread would keep the process alive
        }
    }

    private static void run(String[] args) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(8080), 0); // any address: the virtual one comes later
        HealthSwitch database = HealthCheck.inProcess("database");
        answer(server, "/", () -> "hello from priority " + args[2] + "\n");
        answer(server, "/fail", () -> {
            database.down("someone asked for it");
            return "down\n";
        });
        answer(server, "/recover", () -> {
            database.up();
            return "up\n";
        });
        server.start();

        HaGroup group = HaGroup.builder("web")
                .election(VirtualRouter.on(args[0])
                        .id(51)
                        .priority(Integer.parseInt(args[2]))
                        .advertisementInterval(Duration.ofMillis(100))
                        .build())
                .address(args[1])
                .track(database)
                .onEvent(System.out::println)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            group.close(); // hands over and keeps answering until the successor is heard
            server.stop(1);
        }));
    }

    private static void answer(HttpServer server, String path, Supplier<String> text) {
        server.createContext(path, exchange -> {
            byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }
}
