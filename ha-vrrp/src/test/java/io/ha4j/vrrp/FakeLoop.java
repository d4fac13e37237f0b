package io.ha4j.vrrp;

import io.ha4j.spi.EventLoop;

/** A clock that the test sets; runs nothing. */
final class FakeLoop implements EventLoop {
    long nowNs;

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer timer(Runnable onExpiry) {
        throw new UnsupportedOperationException();
    }
}
