package io.ha4j.linux;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A descriptor of ours on Netty's loop; whoever opened it closes it. */
final class ReadableHandle implements EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(ReadableHandle.class);

    private final FileDescriptor fd;
    private final Runnable readable;

    ReadableHandle(int fd, Runnable readable) {
        this.fd = new FileDescriptor(fd);
        this.readable = readable;
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    /** An error condition (EPOLLERR) is handled as readable too: the read says which it is and clears it. */
    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        read();
    }

    void read() {
        try {
            readable.run();
        } catch (RuntimeException e) {
            log.error("handling descriptor {} failed", fd.intValue(), e);
        }
    }

    @Override
    public void close() {}
}
