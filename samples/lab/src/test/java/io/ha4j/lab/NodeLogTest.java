package io.ha4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLogTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12:00:01.123 INFO (VI_1) Entering MASTER STATE | (VI_1) Entering MASTER STATE",
                "Nov 22 12:00 x: (VI_1) Backup received priority 0 advertisement"
                        + " | (VI_1) Backup received priority 0 advertisement",
                "12:00:01.123 INFO  Removing service [10.77.0.22]:tcp:8080 from VS [10.77.0.100]:tcp:80"
                        + " | Removing service [10.77.0.22]:tcp:8080 from VS [10.77.0.100]:tcp:80",
                "12:00:01.123 ERROR cannot bind | ERROR cannot bind"
            })
    void keepalivedsLinesAndComplaintsBelongOnTheTimeline(String line, String event) {
        assertThat(NodeLog.event(line)).contains(event);
    }

    @Test
    void otherLinesDoNot() {
        assertThat(NodeLog.event("12:00:01.123 INFO  Starting ha4j with node1.conf"))
                .isEmpty();
        assertThat(NodeLog.event("(VI_1) Sending/queueing gratuitous ARPs on eth0 for 10.77.0.100"))
                .isEmpty();
    }
}
