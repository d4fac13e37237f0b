/** A network of namespaces on one machine, and the demo that runs in it. */
@NullMarked
package io.ha4j.lab;

import org.jspecify.annotations.NullMarked;
