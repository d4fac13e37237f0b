package io.ha4j.vrrp;

import io.ha4j.HandOver;
import io.ha4j.HandOver.Outcome;
import io.ha4j.Peer;
import io.ha4j.spi.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells those who asked for a hand-over what became of it. Loop thread only. */
final class HandOverOutcome {
    private final EventLoop loop;
    private final GroupEvents events;
    private final List<Consumer<HandOver>> waiting = new ArrayList<>();
    private long announcedNs;

    HandOverOutcome(EventLoop loop, GroupEvents events) {
        this.loop = loop;
        this.events = events;
    }

    /** One that begins now; or, where one is on its way, the same. */
    void await(Consumer<HandOver> whenDone) {
        if (waiting.isEmpty()) {
            announcedNs = loop.nanoTime();
        }
        waiting.add(whenDone);
    }

    static HandOver notActive(State state) {
        return new HandOver(Outcome.NOT_ACTIVE, null, Duration.ZERO, "this node is not active, but " + state.shown());
    }

    void stateChanged(State to, @Nullable Peer peer, String detail) {
        if (waiting.isEmpty() || to == State.HANDING_OVER) {
            return;
        }
        Outcome outcome =
                to == State.ACTIVE ? Outcome.NO_SUCCESSOR : peer != null ? Outcome.HANDED_OVER : Outcome.INTERRUPTED;
        if (outcome == Outcome.NO_SUCCESSOR) {
            events.handOverFailed(detail);
        }
        HandOver result = new HandOver(outcome, peer, Duration.ofNanos(loop.nanoTime() - announcedNs), detail);
        List<Consumer<HandOver>> told = List.copyOf(waiting);
        waiting.clear();
        loop.execute(() -> told.forEach(it -> it.accept(result))); // when the addresses have been released, too
    }
}
