package io.ha4j.standalone;

import java.util.concurrent.CompletableFuture;

/** What an operator can do with a running instance. Any thread; nothing here blocks. */
interface Operations {
    /**
     * What became of it.
     *
     * @param code of HTTP: 200 when it is done, 404 when there is no such thing, 409 when it could not be done
     * @param text for the operator, one or several lines
     */
    record Answer(int code, String text) {
        static Answer done(String text) {
            return new Answer(200, text);
        }

        static Answer unknown(String text) {
            return new Answer(404, text);
        }

        static Answer refused(String text) {
            return new Answer(409, text);
        }
    }

    Status status();

    /** Hands a group over to another node. */
    CompletableFuture<Answer> handOver(String group);

    /** The same, and keeps the node out until {@link #resume}. */
    CompletableFuture<Answer> suspend(String group, String why);

    /** Lets a group take part and preempt again after that. */
    CompletableFuture<Answer> resume(String group);

    /** Gives a real server no new connections. */
    CompletableFuture<Answer> drain(String server);

    /** Lets it take connections again. */
    CompletableFuture<Answer> undrain(String server);

    /** Reads the configuration again. */
    CompletableFuture<Answer> reload();
}
