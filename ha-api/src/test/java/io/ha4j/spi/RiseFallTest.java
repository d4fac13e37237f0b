package io.ha4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RiseFallTest {
    /** Feeds outcomes ({@code +} or {@code -}) and tells the states (U or D) after each. */
    private static String states(RiseFall riseFall, String outcomes) {
        StringBuilder states = new StringBuilder();
        outcomes.chars().forEach(c -> states.append(riseFall.outcome(c == '+') ? 'U' : 'D'));
        return states.toString();
    }

    @Test
    void firstSuccessBringsItUpAtOnce() {
        assertThat(states(new RiseFall(3, 3), "+")).isEqualTo("U");
        assertThat(states(new RiseFall(3, 3), "--+")).isEqualTo("DDU");
    }

    @Test
    void fallsAndRisesByCount() {
        assertThat(states(new RiseFall(2, 3), "+" + "---" + "+" + "+")).isEqualTo("U" + "UUD" + "D" + "U");
    }

    @Test
    void aRowMustNotBeBroken() {
        assertThat(states(new RiseFall(2, 3), "+" + "--+--+" + "---" + "+-+-++"))
                .isEqualTo("U" + "UUUUUU" + "UUD" + "DDDDDU");
    }

    @Test
    void isInDoubtFromTheFirstFailureUntilTheVerdict() {
        RiseFall riseFall = new RiseFall(2, 3);
        StringBuilder doubts = new StringBuilder();
        for (char outcome : "-+--+---+".toCharArray()) {
            riseFall.outcome(outcome == '+');
            doubts.append(riseFall.isInDoubt() ? '?' : '.');
        }
        assertThat(doubts).hasToString("..??.??..");
    }
}
