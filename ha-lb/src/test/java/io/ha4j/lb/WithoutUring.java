package io.ha4j.lb;

import io.ha4j.HaUnavailableException;
import io.netty.channel.uring.IoUring;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Skips what is tested with io_uring on machines that have none. Found by JUnit: see junit-platform.properties. */
public final class WithoutUring implements TestExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (failure instanceof HaUnavailableException && !IoUring.isAvailable()) {
            throw new TestAbortedException(failure.getMessage(), failure);
        }
        throw failure;
    }
}
