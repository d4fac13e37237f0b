package io.ha4j;

import io.ha4j.spi.Host;
import io.ha4j.spi.Link;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows the state of an interface. The listener is told on the loop's thread. */
final class InterfaceWatch implements Subscription {
    private final Host host;
    private final String name;
    private final Consumer<Reading> listener;
    private @Nullable Subscription watch; // loop thread only
    private boolean closed; // loop thread only

    InterfaceWatch(Host host, InterfaceCheck check, Consumer<Reading> listener) {
        this.host = host;
        this.name = check.interfaceName();
        this.listener = listener;
        host.eventLoop().execute(this::open);
    }

    private void open() {
        if (closed) {
            return;
        }
        watch = host.watchLink(name, this::tell);
        try {
            tell(host.link(name));
        } catch (HaException e) {
            listener.accept(Reading.down(String.valueOf(e.getMessage())));
        }
    }

    private void tell(Link link) {
        listener.accept(link.up() ? Reading.up("up") : Reading.down("down or without carrier"));
    }

    @Override
    public void close() {
        host.eventLoop().execute(() -> {
            closed = true;
            if (watch != null) {
                watch.close();
            }
        });
    }
}
