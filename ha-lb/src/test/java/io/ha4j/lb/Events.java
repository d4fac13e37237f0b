package io.ha4j.lb;

import io.ha4j.BalancerEvent;
import io.ha4j.Subscription;
import io.ha4j.spi.EventSink;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A balancer's events, to wait for. */
final class Events implements Consumer<BalancerEvent>, EventSink<BalancerEvent> {
    private final BlockingQueue<BalancerEvent> queue = new LinkedBlockingQueue<>();

    @Override
    public void accept(BalancerEvent event) {
        queue.add(event);
    }

    @Override
    public void dispatch(BalancerEvent event) {
        accept(event);
    }

    @Override
    public Subscription subscribe(Consumer<? super BalancerEvent> listener) {
        throw new UnsupportedOperationException();
    }

    /** The next event of this type, skipping others. */
    <E extends BalancerEvent> E await(Class<E> type) throws InterruptedException {
        return await(type, event -> true);
    }

    <E extends BalancerEvent> E await(Class<E> type, Predicate<E> which) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Peer.PATIENCE_MILLIS);
        while (true) {
            BalancerEvent event = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new AssertionError("no " + type.getSimpleName() + " came");
            }
            if (type.isInstance(event) && which.test(type.cast(event))) {
                return type.cast(event);
            }
        }
    }
}
