/**
 * A cluster in memory: the real engine on hosts, links and a clock that are simulated. Everything that happens is
 * decided by the seed, so that a failure can be replayed.
 */
@NullMarked
package io.ha4j.vrrp.sim;

import org.jspecify.annotations.NullMarked;
