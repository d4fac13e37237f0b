/** VRRP beside keepalived, in namespaces on one machine: what it costs, and how long a failover takes. */
@NullMarked
package io.ha4j.beside;

import org.jspecify.annotations.NullMarked;
