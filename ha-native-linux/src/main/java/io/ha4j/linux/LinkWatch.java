package io.ha4j.linux;

import io.ha4j.Subscription;
import io.ha4j.spi.Link;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one listener when the interface of a name changes, vanishes or comes back. */
final class LinkWatch implements Subscription, Resource {
    private static final Logger log = LoggerFactory.getLogger(LinkWatch.class);

    private final String name;
    private final Consumer<Link> listener;
    private final Collection<LinkWatch> watches;
    private @Nullable Link last;
    private boolean open = true;

    /** @param watches which it leaves when it is closed */
    LinkWatch(String name, @Nullable Link now, Consumer<Link> listener, Collection<LinkWatch> watches) {
        this.name = name;
        this.last = now;
        this.listener = listener;
        this.watches = watches;
    }

    /** @param found the interface of this name, null if there is none */
    void update(@Nullable Link found) {
        Link now = found;
        if (now == null) {
            if (last == null) {
                return; // it was never there
            }
            now = new Link(name, last.index(), false, last.hardwareAddress(), List.of());
        }
        if (open && !now.equals(last)) {
            last = now;
            try {
                listener.accept(now);
            } catch (RuntimeException e) {
                log.error("listener of interface {} failed on {}", name, now, e);
            }
        }
    }

    String name() {
        return name;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            watches.remove(this);
        }
    }
}
