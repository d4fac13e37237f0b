package io.ha4j.beside;

/**
 * What became of one failure, times in ms after it. An answer is one for a virtual address.
 *
 * @param taken until the first answer of the successor
 * @param silent until the last of the node that failed
 * @param margin from the last answer of the node that failed (or the failure) to the first of its successor for the same
 *     address, of the address for which that is shortest; negative if both answered
 * @param both how often it answered for an address when its successor did already
 * @param lookups of 60 moments, 50 ms apart and from 50 ms on, how many a host would have learned from it who has the
 *     address
 */
record Failure(double taken, double silent, double margin, long both, long lookups) {}
