package io.ha4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackTest {
    private static final HealthCheck SWITCH = HealthCheck.inProcess("db");
    private static final HealthCheck VALUE = HealthCheck.fileValue("load", Path.of("/run/load"));

    /** keepalived.conf(5), vrrp_script and track_script. */
    @ParameterizedTest(name = "weight {0}, reversed: {1}")
    @CsvSource({
        // weight, reversed, change while up, while down, fails while up, while down
        "  0, false,   0,   0, false, true",
        "  0, true,    0,   0, true,  false",
        " 20, false,  20,   0, false, false",
        " 20, true,  -20,   0, false, false",
        "-20, false,   0, -20, false, false",
        "-20, true,    0,  20, false, false"
    })
    void whatACheckMeans(int weight, boolean reversed, int whileUp, int whileDown, boolean failsUp, boolean failsDown) {
        Track track = new Track(SWITCH, weight, reversed);
        assertThat(track.change(Reading.up(""))).isEqualTo(whileUp);
        assertThat(track.change(Reading.down(""))).isEqualTo(whileDown);
        assertThat(track.fails(Reading.up(""))).isEqualTo(failsUp);
        assertThat(track.fails(Reading.down(""))).isEqualTo(failsDown);
        assertThat(track.fails(Reading.NONE)).as("fails before the first look").isEqualTo(weight == 0);
    }

    /** keepalived.conf(5), track_file. */
    @ParameterizedTest(name = "value {0} × {1}, reversed: {2}")
    @CsvSource({
        // value, weight, reversed, change, fails
        "   0,    1, false,    0, false",
        "   5,    1, false,    5, false",
        "   5,   -2, false,  -10, false",
        "   5,    2, true,   -10, false",
        " 300,    1, false,  253, false",
        "-253,    1, false, -253, false",
        "-254,    1, false,    0, true",
        "-2147483648, 2147483647, false, 0, true",
        "-2147483648, 2147483647, true, 253, false",
        "   0,    0, false,    0, false",
        "   5,    0, false,    0, true",
        "   0,    0, true,     0, true"
    })
    void whatAValueMeans(int value, int weight, boolean reversed, int change, boolean fails) {
        Track track = new Track(VALUE, weight, reversed);
        assertThat(track.change(Reading.value(value, ""))).isEqualTo(change);
        assertThat(track.fails(Reading.value(value, ""))).isEqualTo(fails);
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Track(SWITCH, -255, false))
                .withMessage("weight of db must be in [-254, 254], but was -255");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Track(HealthCheck.tcp(), 0, false))
                .withMessageStartingWith("check of a group must be a LocalCheck or an InterfaceCheck");
    }
}
