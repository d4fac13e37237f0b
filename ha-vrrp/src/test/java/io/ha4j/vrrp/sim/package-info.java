/**
 * A cluster in memory: the real engine on hosts, links and a clock that are simulated. Everything that happens is
 * decided by the seed, so that a failure can be replayed.
 *
 * <p>{@link io.ha4j.vrrp.sim.ScriptWriter} makes a {@link io.ha4j.vrrp.sim.Script} of a seed, {@link
 * io.ha4j.vrrp.sim.Simulation} plays it, {@link io.ha4j.vrrp.sim.Oracle} watches with its {@link
 * io.ha4j.vrrp.sim.Rule}s, {@link io.ha4j.vrrp.sim.Shrinker} makes a failure small. {@link io.ha4j.vrrp.sim.Cluster} is
 * for tests that say themselves what happens.
 */
@NullMarked
package io.ha4j.vrrp.sim;

import org.jspecify.annotations.NullMarked;
