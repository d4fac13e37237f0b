package io.ha4j;

import io.ha4j.spi.BalancerProvider;
import io.ha4j.spi.ElectionProvider;
import io.ha4j.spi.HostProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds the modules that are present on the class path or module path. One instance of each provider serves the whole
 * process: what its users share (an event loop, a socket) has its home there.
 */
final class Providers {
    private static @Nullable HostProvider host;
    private static @Nullable List<ElectionProvider> elections;
    private static @Nullable BalancerProvider balancer;

    private Providers() {}

    /** For tests: these instead of what is on the class path; null for what is there. */
    static synchronized void override(@Nullable HostProvider host, @Nullable List<ElectionProvider> elections) {
        Providers.host = host;
        Providers.elections = elections;
    }

    static HostProvider host() {
        HostProvider provider = hostProvider();
        Throwable cause = provider.unavailabilityCause();
        if (cause != null) {
            throw new HaUnavailableException(String.valueOf(cause.getMessage()), cause);
        }
        return provider;
    }

    static @Nullable Throwable hostUnavailabilityCause() {
        try {
            return hostProvider().unavailabilityCause();
        } catch (HaUnavailableException e) {
            return e;
        }
    }

    private static synchronized HostProvider hostProvider() {
        if (host == null) {
            host = first(HostProvider.class, "ha-native-linux");
        }
        return host;
    }

    static synchronized ElectionProvider election(Election election) {
        if (elections == null) {
            elections = all(ElectionProvider.class);
        }
        return elections.stream()
                .filter(provider -> provider.supports(election))
                .findFirst()
                .orElseThrow(() -> missing("ha-vrrp"));
    }

    static synchronized BalancerProvider balancer() {
        if (balancer == null) {
            balancer = first(BalancerProvider.class, "ha-lb");
        }
        return balancer;
    }

    private static <T> T first(Class<T> service, String artifact) {
        return all(service).stream().findFirst().orElseThrow(() -> missing(artifact));
    }

    // By the loader of this class, not the thread's: an application server gives its threads other ones.
    private static <T> List<T> all(Class<T> service) {
        return ServiceLoader.load(service, Providers.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    private static HaUnavailableException missing(String artifact) {
        return new HaUnavailableException(
                "the module " + artifact + " is not on the class path: add the dependency io.github.ha4j:" + artifact);
    }
}
