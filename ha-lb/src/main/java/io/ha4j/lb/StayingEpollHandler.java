package io.ha4j.lb;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, with descriptors that stay in the epoll set when nothing is asked of them. Netty 4.2.18 takes them out
 * then ({@code EPOLL_CTL_DEL}) but does not remember it, and the next {@code EPOLL_CTL_MOD} fails with ENOENT: after an
 * end of input nothing is read from a connection, and the first write that the kernel does not take whole would break it.
 */
final class StayingEpollHandler extends ForwardingIoHandler {

    private StayingEpollHandler(IoHandler netty) {
        super(netty);
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> new StayingEpollHandler(factory.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Staying(netty.register(handle));
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return netty.isCompatible(handleType);
    }

    private record Staying(IoRegistration netty) implements IoRegistration {
        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return netty.attachment();
        }

        /** Edge-triggered, so that EPOLLERR and EPOLLHUP, which are always reported, are reported once. */
        @Override
        public long submit(IoOps ops) {
            return netty.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
