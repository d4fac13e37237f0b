package io.ha4j.vrrp.sim;

/**
 * One thing that goes wrong, from when to when. Each stands for itself, so that a script remains one when some are taken
 * out.
 *
 * @param host whom it is about, from 0; −1 if it is about a segment
 * @param place the segment, from 0; for {@link Kind#CHECK_FAILS} and {@link Kind#PRIORITY} the group; −1 if it is about the whole machine
 * @param others a set of hosts, one bit each, for what has two sides
 * @param amount depends on the kind
 */
record Fault(Kind kind, long atNs, long lengthNs, int host, int place, int others, long amount) {
    enum Kind {
        /** The process is killed, and restarted at the end; with another priority, if the amount is not 0. */
        CRASH("is killed"),
        /** The process stops in an orderly way, and is restarted at the end; the amount as with a crash. */
        STOP("stops"),
        /** The process does not run; what is sent to it waits. The amount says what it looks at first, at the end. */
        FREEZE("is frozen"),
        /** The machine does not run; what is sent to it is lost. The amount says whether its clock goes on. */
        SUSPEND("is suspended"),
        /** The amount is the priority until the end; then it is what it was. An owner's cannot change. */
        PRIORITY("has the priority"),
        LINK_DOWN("has no link"),
        CHECK_FAILS("fails its check"),
        /** The kernel refuses to send. */
        SEND_REFUSED("cannot send"),
        /** It does not hear the others of this set. */
        DEAF("does not hear"),
        /** The others of this set do not hear it. */
        MUTE("is not heard by"),
        /** The hosts of this set are cut off from the rest. */
        PARTITION("is cut in two:"),
        /** The amount is how many of 1000 packets are lost. */
        LOSS("loses packets, per mille:"),
        /** The amount is how many of 1000 packets arrive twice. */
        DUPLICATION("duplicates packets, per mille:"),
        /** The amount is by how much, in nanoseconds, a packet may be late; so they overtake each other. */
        DELAY("delays packets, at most by ns:"),
        /** All TCP connections are broken in this moment; they can be made again. */
        RESET("breaks all connections");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    long endNs() {
        return atNs + lengthNs;
    }

    boolean concerns(int host) {
        return (others & (1 << host)) != 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(host >= 0 ? "node" + (host + 1) : "segment" + place);
        text.append(' ').append(kind.words);
        switch (kind) {
            case CRASH, STOP -> text.append(amount == 0 ? "" : " (priority " + amount + " when it is back)");
            case DEAF, MUTE -> text.append(nodes()).append(" on segment").append(place);
            case PARTITION -> text.append(nodes()).append(" | the rest");
            case LINK_DOWN, SEND_REFUSED -> text.append(" on segment").append(place);
            case PRIORITY -> text.append(' ').append(amount).append(" in group").append(place);
            case CHECK_FAILS -> text.append(" of group").append(place);
            case RESET -> {}
            case LOSS, DUPLICATION, DELAY -> text.append(' ').append(amount);
            case FREEZE -> text.append(amount == 0 ? ", then sees to its timers first" : ", then reads packets first");
            case SUSPEND -> text.append(amount == 0 ? ", and its clock stands still" : ", and its clock goes on");
        }
        return text.append(", for ").append(lengthNs / 1e6).append(" ms").toString();
    }

    private String nodes() {
        StringBuilder text = new StringBuilder();
        for (int other = 0; other < Integer.SIZE; other++) {
            if (concerns(other)) {
                text.append(" node").append(other + 1);
            }
        }
        return text.toString();
    }
}
