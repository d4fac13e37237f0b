package io.ha4j.spi;

import org.jspecify.annotations.Nullable;

/** Gives access to the machine that this process runs on. Thread-safe. */
public interface HostProvider {
    /** Why this process cannot use the machine's network as needed, and how to change that; null when it can. */
    @Nullable
    Throwable unavailabilityCause();

    /**
     * A use of the process's one host; the first opens it, and closing the last ends it.
     *
     * @throws io.ha4j.HaException with the errno's name when the kernel refuses
     */
    Host acquire();
}
