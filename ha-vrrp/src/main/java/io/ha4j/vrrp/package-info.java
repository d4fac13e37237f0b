/**
 * Election by VRRP: RFC 9568 with its errata (version 3), RFC 3768 (version 2).
 *
 * <p>One advertisement's way: {@link io.ha4j.vrrp.Segment} finds the virtual router by its id, {@link
 * io.ha4j.vrrp.AdvertReceiver} checks and counts, {@link io.ha4j.vrrp.VrrpStateMachine} decides, and acts through its
 * three ports: {@link io.ha4j.vrrp.AdvertSender}, {@link io.ha4j.vrrp.OwnedAddresses} and a timer of the event loop.
 * {@link io.ha4j.vrrp.VirtualRouterCandidacy} ties these together. Everything runs on the thread of the event loop.
 */
@NullMarked
package io.ha4j.vrrp;

import org.jspecify.annotations.NullMarked;
