package io.ha4j.lb;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;

/** What one of Netty's handlers does, but for the handles that it serves. */
abstract class ForwardingIoHandler implements IoHandler {
    final IoHandler netty;

    ForwardingIoHandler(IoHandler netty) {
        this.netty = netty;
    }

    @Override
    public void initialize() {
        netty.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return netty.run(context);
    }

    @Override
    public void prepareToDestroy() {
        netty.prepareToDestroy();
    }

    @Override
    public void destroy() {
        netty.destroy();
    }

    @Override
    public void wakeup() {
        netty.wakeup();
    }
}
