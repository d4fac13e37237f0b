package io.ha4j.vrrp;

/** What a packet turned out to be. */
sealed interface Decoded permits Advertisement, Rejection {}
