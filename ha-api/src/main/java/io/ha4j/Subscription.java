package io.ha4j;

/** Ends something that was begun by subscribing. Closing it twice does nothing more. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
