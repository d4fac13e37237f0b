package io.ha4j;

/**
 * What an application does when its node becomes active or gives up. A hook has a deadline, after which it is
 * interrupted and no longer waited for; what it throws is logged and raised as {@link GroupEvent.HookEnded}, and changes
 * nothing: a node that must not be active says so by a {@link HealthSwitch}. The hooks of one group run one after the
 * other, off the protocol thread.
 */
@FunctionalInterface
public interface GroupHook {
    /** When a hook runs. */
    enum Moment {
        /** See {@link HaGroup.Builder#beforeActive}. */
        BEFORE_ACTIVE("beforeActive"),
        /** See {@link HaGroup.Builder#afterActive}. */
        AFTER_ACTIVE("afterActive"),
        /** See {@link HaGroup.Builder#beforeRelease}. */
        BEFORE_RELEASE("beforeRelease"),
        /** See {@link HaGroup.Builder#afterRelease}. */
        AFTER_RELEASE("afterRelease");

        private final String text;

        Moment(String text) {
            this.text = text;
        }

        /** As the builder's method is called. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** How a hook ended. */
    enum Outcome {
        /** It returned. */
        DONE,
        /** It threw something. */
        FAILED,
        /** It did not return within its deadline; it was interrupted and may still run. */
        TIMED_OUT
    }

    /** Does it. */
    void run() throws Exception;
}
