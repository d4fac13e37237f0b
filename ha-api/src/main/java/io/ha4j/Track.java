package io.ha4j;

import static java.util.Objects.requireNonNull;

/**
 * That a group tracks a check, and what it means to it.
 *
 * @param weight 0: the group may not be active while the check is down. Above 0 it is added to the priority while the
 *     check is up, below 0 it is added (so the priority falls) while it is down. A check that measures a value adds
 *     value × weight instead, and a product below −253 keeps the group from being active.
 * @param reversed with weight 0: the group may not be active while the check is up; else what would be added is
 *     subtracted
 */
record Track(HealthCheck check, int weight, boolean reversed) {
    private static final int WEIGHT_MAX = 254; // keepalived.conf(5)
    private static final int LEAST_CHANGE = -253;

    Track {
        requireNonNull(check, "check");
        if (check instanceof NetworkCheck || check instanceof AllChecks) {
            throw new IllegalArgumentException(
                    "check of a group must be a LocalCheck or an InterfaceCheck, but was of a"
                            + " kind that asks a backend: a ScriptCheck or a HealthSwitch can do that for a group");
        }
        if (!measures(check) && Math.abs((long) weight) > WEIGHT_MAX) {
            throw new IllegalArgumentException("weight of " + check.name() + " must be in [-" + WEIGHT_MAX + ", "
                    + WEIGHT_MAX + "], but was " + weight);
        }
    }

    /** Whether the group may not be active because of this reading. */
    boolean fails(Reading reading) {
        if (weight == 0) {
            return reading.up() == reversed || reading.equals(Reading.NONE);
        }
        return reading.value() != null && product(reading.value()) < LEAST_CHANGE;
    }

    /** What a check that joins a running group is taken to say until it says something: nothing is wrong. */
    Reading presumed() {
        String detail = "not checked yet, taken as well";
        return weight == 0 && reversed ? Reading.down(detail) : Reading.up(detail);
    }

    /** What the reading adds to the priority. */
    int change(Reading reading) {
        if (weight == 0 || fails(reading) || (measures(check) && reading.value() == null)) {
            return 0;
        }
        if (reading.value() != null) {
            return (int) Math.min(-LEAST_CHANGE, product(reading.value()));
        }
        return reading.up() == (weight > 0) ? signed() : 0;
    }

    private static boolean measures(HealthCheck check) {
        return check instanceof FileCheck file && file.measure() == FileCheck.Measure.VALUE;
    }

    private int signed() {
        return reversed ? -weight : weight;
    }

    private long product(int value) {
        return (long) value * signed();
    }
}
