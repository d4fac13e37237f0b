package io.ha4j.vrrp.sim;

/** A rule that was broken: which, when and by whom. */
record Violation(String rule, long atNs, String what) {
    @Override
    public String toString() {
        return rule + ": " + what;
    }
}
