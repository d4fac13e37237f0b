package io.ha4j.linux;

import io.ha4j.HaUnavailableException;
import io.ha4j.spi.Host;
import io.ha4j.spi.HostProvider;
import io.netty.channel.epoll.Epoll;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The Linux machine that this process runs on. Thread-safe. */
public final class LinuxHostProvider implements HostProvider {
    private static final SharedMachine MACHINE = new SharedMachine(() -> Machine.open(new JnaSyscalls(), () -> {}));

    /** For the {@link java.util.ServiceLoader}. */
    public LinuxHostProvider() {}

    @Override
    public @Nullable Throwable unavailabilityCause() {
        String system = System.getProperty("os.name", "unknown");
        if (!system.equals("Linux")) {
            return new HaUnavailableException("ha4j groups need Linux; this is " + system);
        }
        List<String> missing = Capabilities.missing(Path.of("/proc/self/status"));
        return missing.isEmpty() ? nativeLibraryCause() : new HaUnavailableException(howToGrant(missing));
    }

    /** Loads both native libraries, at the same time because each takes a tenth of a second or more. */
    private static @Nullable Throwable nativeLibraryCause() {
        FutureTask<@Nullable Throwable> jna = new FutureTask<>(LinuxHostProvider::jnaCause);
        Thread loader = new Thread(jna, "ha4j-load-jna");
        loader.setDaemon(true);
        loader.start();
        Throwable netty = nettyCause();
        try {
            return netty == null ? jna.get() : netty;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new HaUnavailableException("interrupted while JNA was loaded", e);
        } catch (ExecutionException e) {
            return new HaUnavailableException("JNA does not load: " + e.getCause(), e.getCause());
        }
    }

    private static @Nullable Throwable jnaCause() {
        try {
            JnaSyscalls.load();
            return null;
        } catch (LinkageError e) {
            return new HaUnavailableException(
                    "JNA's native library does not load on " + System.getProperty("os.arch")
                            + " (its temporary directory, jna.tmpdir, must allow execution): " + e,
                    e);
        }
    }

    private static @Nullable Throwable nettyCause() {
        try {
            Throwable cause = Epoll.unavailabilityCause();
            return cause == null
                    ? null
                    : new HaUnavailableException(
                            "Netty's native epoll library does not load on " + System.getProperty("os.arch") + " ("
                                    + cause
                                    + "): add io.netty:netty-transport-native-epoll with the classifier of this"
                                    + " platform to the class path, or its module with --add-modules (such as"
                                    + " io.netty.transport.epoll.linux.x86_64) on the module path",
                            cause);
        } catch (LinkageError e) {
            return new HaUnavailableException("Netty's epoll transport is not on the class path: " + e, e);
        }
    }

    private static String howToGrant(List<String> missing) {
        String java = ProcessHandle.current().info().command().orElse("$(readlink -f $(which java))");
        // Always both, because setcap replaces what the file had. As to libjli.so, ld.so(8): a binary with capabilities
        // runs in secure-execution mode, in which the $ORIGIN of its library path is not followed.
        return "this process lacks " + String.join(" and ", missing)
                + ": grant it with `sudo setcap cap_net_admin,cap_net_raw+ep " + java
                + "` (if java then does not find libjli.so, name its lib directory in /etc/ld.so.conf.d and run"
                + " ldconfig), or in the systemd unit with `AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW`";
    }

    @Override
    public Host acquire() {
        return MACHINE.acquire();
    }
}
