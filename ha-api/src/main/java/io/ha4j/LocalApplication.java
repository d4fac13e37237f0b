package io.ha4j;

/**
 * What takes a balancer's connections in this process: see {@link Backend#local}. The API knows no kind of network
 * library, so this says nothing; the module that forwards the traffic has the kinds that it can hand a connection to.
 */
public interface LocalApplication {}
