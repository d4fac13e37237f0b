package io.ha4j.standalone;

import io.ha4j.HaException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a unix socket: prepared before it is bound, made private, removed in the end. */
final class AdminSocketFile {
    private static final Logger log = LoggerFactory.getLogger(AdminSocketFile.class);

    private final UnixDomainSocketAddress address;
    private final Path file;
    private boolean madeDirectory;

    AdminSocketFile(UnixDomainSocketAddress address) {
        this.address = address;
        this.file = address.getPath().toAbsolutePath();
    }

    /**
     * Creates the directory and removes what a dead process left.
     *
     * @throws HaException if a living process answers there, or the path is something else than a socket
     */
    void prepare() {
        try {
            Path directory = file.getParent();
            if (directory != null && !Files.exists(directory)) {
                Files.createDirectories(directory);
                madeDirectory = true;
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            if (directory != null && directory.toString().matches("/tmp/ha4j-[^/]+")) {
                requireOwned(directory);
            }
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                removeStale();
            }
        } catch (IOException e) {
            throw new HaException("admin socket " + file + " cannot be made: " + reason(e), e);
        }
    }

    /** Anyone can make a directory in /tmp before we do, and would then own what is in it. */
    private static void requireOwned(Path directory) throws IOException {
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new HaException("admin socket: the directory " + directory + " belongs to another user");
        }
    }

    private void removeStale() throws IOException {
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new HaException("admin socket " + file + " cannot be made: there is a file that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(address)) {
            throw new HaException("admin socket " + file + " is in use: another instance runs; give this one its own "
                    + "with --admin");
        } catch (ConnectException e) {
            Files.delete(file); // nobody listens any more
        }
    }

    /** Mode 0600. Until then the umask alone protects it, and by default that leaves nobody else the right to connect. */
    void makePrivate() {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new HaException("admin socket " + file + " cannot be made private: " + reason(e), e);
        }
    }

    /** The socket, and the directory if we made it and nobody else uses it. */
    void remove() {
        try {
            Files.deleteIfExists(file);
            removeDirectory();
        } catch (IOException e) {
            throw new HaException("admin socket " + file + " cannot be removed: " + reason(e), e);
        }
    }

    /** For when the socket could not be bound; its path may belong to somebody else then. */
    void removeDirectory() {
        Path directory = file.getParent();
        if (madeDirectory && directory != null) {
            try {
                Files.delete(directory);
            } catch (IOException e) {
                log.debug("{} stays", directory, e);
            }
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
