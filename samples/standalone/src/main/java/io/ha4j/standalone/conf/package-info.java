/** The reader of keepalived.conf: text, statements, checked configuration. Every complaint names its file and line. */
@NullMarked
package io.ha4j.standalone.conf;

import org.jspecify.annotations.NullMarked;
