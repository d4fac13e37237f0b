/** The LB and VIP daemon and its command line. */
@NullMarked
package io.ha4j.standalone;

import org.jspecify.annotations.NullMarked;
