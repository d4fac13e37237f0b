/**
 * The public API of ha4j ({@code io.ha4j}) and the service interfaces behind it ({@code io.ha4j.spi}).
 *
 * <p>Three things are kept apart: <em>election</em> (who is active), <em>ownership</em> (the addresses) and
 * <em>forwarding</em> (the traffic). Each has its own provider, found through {@link java.util.ServiceLoader}.
 */
module io.ha4j.api {
    requires transitive org.slf4j;
    requires static transitive org.jspecify;

    exports io.ha4j;
    exports io.ha4j.spi;

    uses io.ha4j.spi.ElectionProvider;
    uses io.ha4j.spi.HostProvider;
    uses io.ha4j.spi.BalancerProvider;
}
