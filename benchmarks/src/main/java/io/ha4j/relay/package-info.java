/** The relay beside HAProxy and nginx on one machine; {@code benchmarks/relay} runs it. */
package io.ha4j.relay;
