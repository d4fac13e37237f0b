package io.ha4j;

import java.time.Duration;

/**
 * What takes the addresses away from a node that was killed or is frozen.
 *
 * @param enforcement by which means
 * @param duration how long after the node's last advertisement the addresses may still answer
 * @param remark why it is not better, or what happened to it; empty when there is nothing to say
 */
public record AddressLease(Enforcement enforcement, Duration duration, String remark) {
    /** From strong to weak. */
    public enum Enforcement {
        /**
         * The kernel answers for the addresses only while advertisements leave the node: silent within milliseconds
         * when the process ends, and before a successor speaks when it is frozen.
         */
        GUARD("kernel guard"),
        /**
         * The addresses are on a device that goes with the process, and have a lifetime as well: silent within
         * milliseconds when the process ends; when it is frozen, as with {@link #LIFETIME}.
         */
        DEVICE("process-held device and address lifetime"),
        /**
         * The kernel removes the addresses when their lifetime, in whole seconds, has not been renewed: at intervals
         * below a second a successor may speak before.
         */
        LIFETIME("address lifetime only"),
        /** Nothing: the addresses stay. */
        NONE("none");

        private final String text;

        Enforcement(String text) {
            this.text = text;
        }
    }

    /** {@code kernel guard, 300 ms}; {@code address lifetime only, 1 s: nftables: …}; {@code none}. */
    @Override
    public String toString() {
        long millis = duration.toMillis();
        String time = ", " + (millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms");
        return enforcement.text
                + (enforcement == Enforcement.NONE ? "" : time)
                + (remark.isEmpty() ? "" : ": " + remark);
    }
}
