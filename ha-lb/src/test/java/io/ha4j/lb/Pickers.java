package io.ha4j.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Backend;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Backends and connections to choose with. */
final class Pickers {
    private Pickers() {}

    /** Backends a, b, c, … of these weights. */
    static List<Target> targets(int... weights) {
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            targets.add(new Target(Backend.of("10.0.0.1", 'a' + i).weight(weights[i]), true, ""));
        }
        return List.copyOf(targets);
    }

    static <P extends Picker> P with(P picker, List<Target> targets) {
        picker.update(targets);
        return picker;
    }

    /** A connection of this client. */
    static Incoming from(String client) {
        InetSocketAddress address = Backend.of(client, 40000).address();
        InetSocketAddress destination = Backend.of("10.0.0.100", 80).address();
        return new Incoming() {
            @Override
            public InetSocketAddress client() {
                return address;
            }

            @Override
            public InetSocketAddress destination() {
                return destination;
            }
        };
    }

    static Target pick(Picker picker) {
        return pick(picker, from("192.0.2.1"));
    }

    static Target pick(Picker picker, Incoming incoming) {
        Target target = picker.pick(List.of(), incoming);
        assertThat(target).isNotNull();
        return target;
    }

    static void release(Picker picker, Target target) {
        target.release();
        picker.released(target);
    }

    static char letter(Target target) {
        return (char) target.address().getPort();
    }

    /** The letters of the next picks; each session ends at once. */
    static String picks(Picker picker, int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Target target = pick(picker);
            release(picker, target);
            letters.append(letter(target));
        }
        return letters.toString();
    }

    /** The letters of the next picks; the sessions stay. */
    static String stays(Picker picker, int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append(letter(pick(picker)));
        }
        return letters.toString();
    }
}
