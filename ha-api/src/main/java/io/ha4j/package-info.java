/**
 * High availability for a JVM server: {@link io.ha4j.HaGroup} holds virtual addresses, {@link io.ha4j.LoadBalancer}
 * spreads connections over backends.
 */
@NullMarked
package io.ha4j;

import org.jspecify.annotations.NullMarked;
