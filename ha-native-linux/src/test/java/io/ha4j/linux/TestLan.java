package io.ha4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import io.ha4j.spi.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two network namespaces joined by a cable: {@code eth0} with 10.77.0.1/24 in A, {@code eth0} with 10.77.0.2/24 in B.
 * A machine opened here lives in A or B because its loop's thread enters the namespace before it opens anything.
 */
final class TestLan implements BeforeEachCallback, AfterEachCallback {
    private static final int CLONE_NEWNET = 0x40000000; // linux/sched.h
    private static final AtomicInteger COUNT = new AtomicInteger();

    final String a;
    final String b;
    private final List<AutoCloseable> opened = new ArrayList<>();

    private final boolean guarded;
    private final List<String> programs;

    /** @param programs without which the test is skipped */
    TestLan(String... programs) {
        this(false, programs);
    }

    private TestLan(boolean guarded, String... programs) {
        this.guarded = guarded;
        this.programs = List.of(programs);
        String prefix = "linux-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        a = prefix + "-a";
        b = prefix + "-b";
    }

    /** For what takes the kernel's guard, and {@code nft}. */
    static TestLan guarded(String... programs) {
        return new TestLan(true, programs);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "needs root, to make network namespaces");
        if (guarded) {
            Assumptions.assumeTrue(KernelRelease.current().atLeast(5, 16), "needs the egress hook of Linux 5.16");
            needs("nft");
        }
        needs("ip");
        programs.forEach(TestLan::needs);
        // Without a guard, addresses are on their interfaces all the same.
        System.setProperty(ProcessDevice.SWITCH, "off");
        run("ip", "netns", "add", a);
        run("ip", "netns", "add", b);
        connect();
    }

    private static void needs(String program) {
        boolean there = Stream.of("/usr/sbin", "/usr/bin")
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        Assumptions.assumeTrue(there, "needs " + program);
    }

    /** Lays the cable, also again after one end was deleted. */
    void connect() {
        run("ip", "-n", a, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", b);
        for (String namespace : List.of(a, b)) {
            run(
                    "ip",
                    "-n",
                    namespace,
                    "addr",
                    "add",
                    namespace.equals(a) ? "10.77.0.1/24" : "10.77.0.2/24",
                    "dev",
                    "eth0");
            run("ip", "-n", namespace, "link", "set", "lo", "up");
            run("ip", "-n", namespace, "link", "set", "eth0", "up");
        }
        await(() -> ip(a, "-br", "link", "show", "eth0").contains("LOWER_UP"), "carrier");
    }

    SharedMachine machine(String namespace) {
        return new SharedMachine(() -> Machine.open(new JnaSyscalls(), () -> enter(namespace)));
    }

    /** A use of a machine in the namespace, closed with the network. */
    Host host(String namespace) {
        Host host = machine(namespace).acquire();
        opened.add(host);
        return host;
    }

    /** Moves the calling thread, and no other, into the namespace. */
    static void enter(String namespace) {
        int fd = C.open("/var/run/netns/" + namespace, 0);
        if (fd < 0 || C.setns(fd, CLONE_NEWNET) < 0) {
            throw new KernelException("setns " + namespace, Native.getLastError());
        }
        C.close(fd);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs {@code ip} in the namespace. */
    static String ip(String namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as("%s: %s", String.join(" ", command), output)
                    .isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 10 s for %s", what).isLessThan(deadline);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Runs a task on the host's loop and passes on its outcome. */
    static <T> T on(Host host, Supplier<T> task) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        host.eventLoop().execute(() -> {
            try {
                outcome.complete(task.get());
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        });
        try {
            return outcome.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static void on(Host host, Runnable task) {
        Boolean unused = on(host, () -> {
            task.run();
            return true;
        });
    }

    void closeAtEnd(AutoCloseable resource) {
        opened.add(resource);
    }

    /** As outside of the tests: without a guard, addresses are on the device of the process. */
    static void withProcessDevices() {
        System.clearProperty(ProcessDevice.SWITCH);
    }

    /** Also when {@link #beforeEach} has failed. */
    @Override
    public void afterEach(ExtensionContext context) {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        for (String namespace : List.of(a, b)) {
            if (Files.exists(Path.of("/var/run/netns", namespace))) {
                run("ip", "netns", "del", namespace);
            }
        }
    }

    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int open(String path, int flags);

        static native int setns(int fd, int type);

        static native int close(int fd);
    }
}
