package io.ha4j;

/** A check of something on this machine. It runs while anybody listens to it. Thread-safe. */
public sealed interface LocalCheck extends HealthCheck permits HealthSwitch, ScriptCheck, FileCheck, ProcessCheck {
    /** Told of each change, one after the other, on a thread of the check's; must not block. */
    @FunctionalInterface
    interface Listener {
        /** @param why a phrase; may be empty when it is up */
        void changed(boolean up, String why);

        /**
         * As that, from a check that also says what weight a backend has, in [0, 65535]; by default the weight is left
         * aside. The weight counts until the check says something else, or something without one.
         */
        default void changed(boolean up, String why, int weight) {
            changed(up, why);
        }
    }

    /**
     * Tells the listener the present value, then every change, until the returned subscription is closed. The first
     * listener starts the check, and it ends with the last; a command that is running then is killed.
     */
    Subscription subscribe(Listener listener);
}
