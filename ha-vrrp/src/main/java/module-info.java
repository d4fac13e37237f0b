/** The VRRP election: codec, receive checks, state machine and engine (RFC 9568, RFC 3768). Exports nothing. */
module io.ha4j.vrrp {
    requires io.ha4j.api;

    provides io.ha4j.spi.ElectionProvider with
            io.ha4j.vrrp.VrrpElectionProvider;
}
