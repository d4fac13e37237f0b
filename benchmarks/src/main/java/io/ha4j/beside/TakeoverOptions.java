package io.ha4j.beside;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@link Takeover} is asked to do.
 *
 * @param events of SIGKILL, SIGSTOP and SIGTERM
 * @param intervals between advertisements, in ms; SIGTERM is at 1 s always
 * @param peers of {@code keepalived}, {@code ha4j} and, for what it has to be asked for, {@code deaths} and {@code drain}
 */
record TakeoverOptions(List<String> events, List<Integer> intervals, int rounds, List<String> peers) {
    private static final List<String> EVENTS = List.of("SIGKILL", "SIGSTOP", "SIGTERM");
    private static final List<String> PEERS = List.of("keepalived", "ha4j", "deaths", "drain");
    private static final int SHORT = 3;

    /** @throws IllegalArgumentException naming the argument, and what would be right */
    static TakeoverOptions of(List<String> words) {
        TakeoverOptions options = new TakeoverOptions(EVENTS, List.of(1000, 100, 10), 20, PEERS);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            options = switch (word) {
                case "failures" -> options.only(List.of("SIGKILL", "SIGSTOP"));
                case "stops" -> options.only(List.of("SIGTERM"));
                case "--short" -> options.with(SHORT);
                case "--rounds" -> options.with(number(word, value(words, ++i)));
                case "--only" -> options.only(names(word, value(words, ++i), EVENTS));
                case "--peer" -> options.with(names(word, value(words, ++i), PEERS));
                case "--intervals" -> options.every(numbers(word, value(words, ++i)));
                default -> throw new IllegalArgumentException("unknown argument " + word + ", see --help");
            };
        }
        return options;
    }

    private static String value(List<String> words, int index) {
        if (index == words.size()) {
            throw new IllegalArgumentException(words.get(index - 1) + " needs a value, see --help");
        }
        return words.get(index);
    }

    private static List<String> names(String option, String value, List<String> known) {
        List<String> names = Arrays.asList(value.split(",", -1));
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        option + " takes some of " + String.join(",", known) + ", but was " + value);
            }
        }
        return names;
    }

    private static List<Integer> numbers(String option, String value) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            numbers.add(number(option, part));
        }
        return numbers;
    }

    private static int number(String option, String value) {
        if (!value.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(option + " takes whole numbers from 1 to 99999, but was " + value);
        }
        return Integer.parseInt(value);
    }

    private TakeoverOptions with(int rounds) {
        return new TakeoverOptions(events, intervals, rounds, peers);
    }

    private TakeoverOptions only(List<String> events) {
        return new TakeoverOptions(events, intervals, rounds, peers);
    }

    private TakeoverOptions every(List<Integer> intervals) {
        return new TakeoverOptions(events, intervals, rounds, peers);
    }

    private TakeoverOptions with(List<String> peers) {
        return new TakeoverOptions(events, intervals, rounds, peers);
    }
}
