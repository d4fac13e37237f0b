package io.ha4j.spi;

import io.ha4j.Subscription;
import java.util.function.Consumer;

/**
 * Takes events from any thread and hands them to the listeners in order, on a thread of the API's. Never blocks the
 * caller.
 */
public interface EventSink<E> {
    void dispatch(E event);

    Subscription subscribe(Consumer<? super E> listener);
}
