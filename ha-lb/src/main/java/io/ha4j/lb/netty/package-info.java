/** Applications on Netty as backends: the one package of the balancer's that applications use themselves. */
@NullMarked
package io.ha4j.lb.netty;

import org.jspecify.annotations.NullMarked;
