package io.ha4j;

import io.ha4j.spi.EventSink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Hands the events of one source to its listeners, off the thread that raised them: to each in order, one at a time. A
 * listener that hangs is reported and delays no other; see {@link Mailbox}.
 */
final class EventDispatcher<E> implements EventSink<E> {
    static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Duration deadline;
    private final List<Mailbox<E>> listeners = new CopyOnWriteArrayList<>();

    EventDispatcher() {
        this(DEADLINE);
    }

    /** @param deadline after which a busy listener is reported */
    EventDispatcher(Duration deadline) {
        this.deadline = deadline;
    }

    @Override
    public Subscription subscribe(Consumer<? super E> listener) {
        Mailbox<E> mailbox = new Mailbox<>(listener, deadline);
        listeners.add(mailbox);
        return () -> {
            listeners.remove(mailbox);
            mailbox.close();
        };
    }

    @Override
    public synchronized void dispatch(E event) { // synchronized: all listeners see one order
        listeners.forEach(mailbox -> mailbox.offer(event));
    }
}
