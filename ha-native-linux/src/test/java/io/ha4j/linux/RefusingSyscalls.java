package io.ha4j.linux;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/** The kernel, except that some calls are refused. */
final class RefusingSyscalls implements InvocationHandler {
    private final LinuxSyscalls kernel = new JnaSyscalls();
    private final int errno;
    private final BiPredicate<String, Object[]> refused;
    private final ThreadLocal<Boolean> wasRefused = ThreadLocal.withInitial(() -> false);

    private RefusingSyscalls(int errno, BiPredicate<String, Object[]> refused) {
        this.errno = errno;
        this.refused = refused;
    }

    /** @param refused gets the name of a call and its arguments */
    static LinuxSyscalls when(int errno, BiPredicate<String, Object[]> refused) {
        return (LinuxSyscalls) Proxy.newProxyInstance(
                LinuxSyscalls.class.getClassLoader(),
                new Class<?>[] {LinuxSyscalls.class},
                new RefusingSyscalls(errno, refused));
    }

    /** Refuses all calls of this name, with EPERM. */
    static LinuxSyscalls of(String call) {
        return when(Errno.EPERM, (name, arguments) -> name.equals(call));
    }

    /** @param failing which socket call fails, counted from 1 */
    static LinuxSyscalls ofSocket(int failing) {
        AtomicInteger left = new AtomicInteger(failing);
        return when(Errno.EPERM, (name, arguments) -> name.equals("socket") && left.decrementAndGet() == 0);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("errno") && wasRefused.get()) {
            return errno;
        }
        wasRefused.set(refused.test(method.getName(), arguments));
        if (wasRefused.get()) {
            Number minusOne = -1;
            return method.getReturnType() == long.class ? minusOne.longValue() : minusOne;
        }
        try {
            return method.invoke(kernel, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
