package io.ha4j.linux;

import io.ha4j.HaException;
import org.jspecify.annotations.Nullable;

/** The kernel refused: {@code bind(raw 112 on eth0): ENODEV (No such device)}. */
final class KernelException extends HaException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    KernelException(String what, int errno) {
        this(what, errno, null);
    }

    /** @param detail the kernel's own words (extended acknowledgement), if it gave any */
    KernelException(String what, int errno, @Nullable String detail) {
        super(what + ": " + Errno.describe(errno) + (detail == null ? "" : ": " + detail));
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
