package io.ha4j;

/** How the nodes of a group agree on the one that is active. */
public sealed interface Election permits VirtualRouter {}
