package io.ha4j.standalone.conf;

import java.util.List;

/**
 * The scripts of a {@code vrrp_instance}, each a program with its arguments; empty where there is none.
 *
 * @param any gets four arguments more: INSTANCE, the name, the state and the priority
 */
public record Notifications(
        List<String> master,
        List<String> backup,
        List<String> fault,
        List<String> stop,
        List<String> lowerPriority,
        List<String> any) {
    /** No scripts. */
    public static final Notifications NONE =
            new Notifications(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Notifications {
        master = List.copyOf(master);
        backup = List.copyOf(backup);
        fault = List.copyOf(fault);
        stop = List.copyOf(stop);
        lowerPriority = List.copyOf(lowerPriority);
        any = List.copyOf(any);
    }
}
