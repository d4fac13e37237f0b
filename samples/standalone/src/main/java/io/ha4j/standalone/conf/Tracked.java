package io.ha4j.standalone.conf;

import io.ha4j.HealthCheck;

/** A check that an instance or a sync group tracks; the meaning is that of {@link io.ha4j.HaGroup.Builder#track}. */
public record Tracked(HealthCheck check, int weight, boolean reversed) {}
