package io.ha4j.lb;

import io.ha4j.HaException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where successors ask. It is bound under another name and renamed over the predecessor's, so that there is always somebody
 * at the path.
 */
final class RestartSocket {
    private static final Logger log = LoggerFactory.getLogger(RestartSocket.class);

    /** Of the 107 bytes of sun_path, linux/un.h: the suffix is a dot and a process id of at most 7 digits. */
    private static final int MAX_PATH = 99;

    private final Path path;
    private final Path own;
    private final ChannelGroup successors = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable Channel listening; // of one thread at a time, as the next
    private boolean published;

    private RestartSocket(Path path) {
        this.path = path;
        this.own = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid());
    }

    /** @throws HaException if there can be no unix socket at this path */
    static RestartSocket at(Path path) {
        Path absolute = path.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new HaException("hot restart path " + absolute + ": there is no directory " + directory);
        }
        if (absolute.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
            throw new HaException("hot restart path must have at most " + MAX_PATH + " bytes, but was " + absolute);
        }
        if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS) && !isSocket(absolute)) {
            throw new HaException("hot restart path " + absolute + ": there is a file that is no socket");
        }
        return new RestartSocket(absolute);
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        } catch (IOException e) {
            throw new HaException("hot restart path " + file + ": " + e, e);
        }
    }

    Path path() {
        return path;
    }

    /** Listens, under its own name. */
    void open(IoEventLoopGroup loop, SuccessorHandler.Origin origin) {
        try {
            Files.deleteIfExists(own); // of a process with the same id that was killed
            ChannelFuture bound = new ServerBootstrap()
                    .group(loop)
                    .channel(EpollServerDomainSocketChannel.class)
                    .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                        @Override
                        protected void initChannel(EpollDomainSocketChannel connection) {
                            successors.add(connection);
                            Lines.addTo(connection.pipeline()).addLast(new SuccessorHandler(connection, origin));
                        }
                    })
                    .bind(new DomainSocketAddress(own.toString()))
                    .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new HaException(
                        "hot restart socket " + own + " cannot be bound: " + Errno.describe(bound.cause()),
                        bound.cause());
            }
            listening = bound.channel();
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            discard();
            throw new HaException("hot restart socket " + own + " cannot be made: " + e, e);
        }
    }

    /** From now on it is the one at the path. */
    void publish() {
        try {
            Files.move(own, path, StandardCopyOption.ATOMIC_MOVE);
            published = true;
        } catch (IOException e) { // the listeners are ours by now
            log.error("hot restart socket {} cannot be renamed to {}: no successor will find it", own, path, e);
        }
    }

    /** Closes it with its connections, and leaves the path to whoever has it. */
    void discard() {
        if (listening != null) {
            listening.close().awaitUninterruptibly();
            listening = null;
        }
        successors.close().awaitUninterruptibly();
        if (!published) {
            delete(own);
        }
    }

    /** Closes it and removes the path. */
    void remove() {
        if (published) {
            delete(path);
        }
        discard();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("hot restart socket {} cannot be removed: {}", file, e.toString());
        }
    }
}
