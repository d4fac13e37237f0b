package io.ha4j.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a running instance is asked for its status: a TCP port or a unix socket. */
record AdminAddress(SocketAddress address) {
    private static final int UNIX_PATH_MAX = 107; // sun_path without its final zero, linux/un.h

    /** Reads {@code HOST:PORT}, {@code :PORT} and {@code PORT} (both on loopback), {@code unix:PATH}. */
    static final class Converter implements ITypeConverter<AdminAddress> {
        @Override
        public AdminAddress convert(String text) {
            return text.startsWith("unix:") ? unix(text.substring(5)) : tcp(text);
        }

        private static AdminAddress unix(String path) {
            if (path.isEmpty() || path.length() > UNIX_PATH_MAX) {
                throw new TypeConversionException(
                        "PATH of unix:PATH must have 1 to " + UNIX_PATH_MAX + " characters, but was '" + path + "'");
            }
            return new AdminAddress(UnixDomainSocketAddress.of(path));
        }

        private static AdminAddress tcp(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon <= 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
            String port = text.substring(colon + 1);
            if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
                throw new TypeConversionException("must be HOST:PORT or unix:PATH, but was '" + text + "'");
            }
            try {
                // An empty host is the loopback address.
                return new AdminAddress(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
            } catch (IOException e) {
                throw new TypeConversionException("HOST of HOST:PORT is not known: '" + host + "'");
            }
        }
    }

    /** The default: one well-known socket per user. */
    static AdminAddress standard() {
        return standard(System.getenv(), Path.of("/proc/self"));
    }

    static AdminAddress standard(Map<String, String> environment, Path self) {
        return new AdminAddress(UnixDomainSocketAddress.of(standardPath(environment, uid(self))));
    }

    private static Path standardPath(Map<String, String> environment, String uid) {
        if (uid.equals("0")) {
            return Path.of("/run/ha4j/admin.sock");
        }
        String runtimeDirectory = environment.get("XDG_RUNTIME_DIR");
        return runtimeDirectory == null || runtimeDirectory.isEmpty()
                ? Path.of("/tmp/ha4j-" + uid + "/admin.sock")
                : Path.of(runtimeDirectory, "ha4j.sock");
    }

    private static String uid(Path self) {
        try {
            return Files.getAttribute(self, "unix:uid").toString();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return System.getProperty("user.name", "unknown"); // not on Linux
        }
    }

    /** As the option takes it. */
    @Override
    public String toString() {
        return address instanceof InetSocketAddress tcp ? Text.endpoint(tcp) : "unix:" + address;
    }
}
