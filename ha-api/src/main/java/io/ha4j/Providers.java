package io.ha4j;

import io.ha4j.spi.BalancerProvider;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.spi.HostProvider;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the modules that are present on the class path or module path. */
final class Providers {
    private Providers() {}

    static HostProvider host() {
        HostProvider provider = first(HostProvider.class, "ha-native-linux");
        Throwable cause = provider.unavailabilityCause();
        if (cause != null) {
            throw new HaUnavailableException(String.valueOf(cause.getMessage()), cause);
        }
        return provider;
    }

    static @Nullable Throwable hostUnavailabilityCause() {
        try {
            return first(HostProvider.class, "ha-native-linux").unavailabilityCause();
        } catch (HaUnavailableException e) {
            return e;
        }
    }

    static ElectionProvider election(Election election) {
        return ServiceLoader.load(ElectionProvider.class, Providers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.supports(election))
                .findFirst()
                .orElseThrow(() -> missing("ha-vrrp"));
    }

    static BalancerProvider balancer() {
        return first(BalancerProvider.class, "ha-lb");
    }

    private static <T> T first(Class<T> service, String artifact) {
        return ServiceLoader.load(service, Providers.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> missing(artifact));
    }

    private static HaUnavailableException missing(String artifact) {
        return new HaUnavailableException(
                "the module " + artifact + " is not on the class path: add the dependency io.github.ha4j:" + artifact);
    }
}
