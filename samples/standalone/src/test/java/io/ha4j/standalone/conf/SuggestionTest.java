package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    @Test
    void distanceCountsInsertionsDeletionsAndReplacements() {
        assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
        assertThat(Suggestion.distance("priority", "priority")).isZero();
    }

    @Test
    void suggestsTheNearestWord() {
        assertThat(Suggestion.of("prioritty", List.of("priority", "preempt"))).isEqualTo("; did you mean 'priority'?");
        assertThat(Suggestion.of("advertint", List.of("priority", "advert_int")))
                .isEqualTo("; did you mean 'advert_int'?");
    }

    @Test
    void suggestsNothingWhenNoWordIsNear() {
        assertThat(Suggestion.of("xyz", List.of("priority", "state"))).isEmpty();
        assertThat(Suggestion.of("x".repeat(10_000), List.of("priority"))).isEmpty();
    }
}
