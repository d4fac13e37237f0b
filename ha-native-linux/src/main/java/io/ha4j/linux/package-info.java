/**
 * The Linux kernel as ha4j needs it: one event loop, raw sockets, rtnetlink, leased addresses and their announcement.
 *
 * <p>{@link io.ha4j.linux.LinuxHostProvider} is the way in. One {@code Machine} per process owns the loop and the
 * sockets that all groups share; each {@code LinuxHost} is one use of it. Everything except opening and closing runs
 * on the loop's thread.
 */
@NullMarked
package io.ha4j.linux;

import org.jspecify.annotations.NullMarked;
