package io.ha4j.standalone;

import io.ha4j.HaException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT end the process in an orderly way, with exit code 0; the second one at once. SIGHUP reloads. Not a
 * shutdown hook: after that the exit code is 128 + the signal's number, and a second signal is ignored.
 */
final class StopSignal {
    private static final Logger log = LoggerFactory.getLogger("ha4j");

    private final CountDownLatch received = new CountDownLatch(1);

    private volatile Runnable onHangup = () -> log.info("SIGHUP ignored: not started yet");

    /** What SIGHUP does from now on; it must not block. */
    void onHangup(Runnable reload) {
        onHangup = reload;
    }

    void install() {
        try {
            for (String name : new String[] {"TERM", "INT", "HUP"}) {
                handle(name);
            }
        } catch (ReflectiveOperationException e) {
            throw new HaException("signals cannot be handled on this JVM: " + e, e);
        }
    }

    // sun.misc.Signal stays (JEP 260), but javac has a warning about it that nothing can silence.
    private void handle(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(
                StopSignal.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    return answer(name, self, method, arguments);
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }

    private Object answer(String name, Object self, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments[0] == self;
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> "StopSignal";
            default -> {
                receive(name);
                yield true; // handle() is void and ignores it
            }
        };
    }

    private void receive(String name) {
        if (name.equals("HUP")) {
            onHangup.run();
            return;
        }
        if (isReceived()) {
            log.warn("SIG{} again: leaving at once", name);
            Runtime.getRuntime().halt(1);
        }
        log.info("Stopping on SIG{}", name);
        received.countDown();
    }

    /** As a signal does it. */
    void request(String why) {
        log.info("Stopping: {}", why);
        received.countDown();
    }

    void await() throws InterruptedException {
        received.await();
    }

    boolean isReceived() {
        return received.getCount() == 0;
    }
}
