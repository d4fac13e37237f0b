package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.lab.LabHost;
import io.ha4j.lab.LabProcess;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** From the start of the JVM to BACKUP. The best of some starts counts, for the machine may be busy. */
@Isolated
class StartTimeIT {
    private static final int STARTS = 3;

    @RegisterExtension
    final Testbed bed = new Testbed();

    @Test
    void itIsABackupWithinOneAndAHalfSeconds() {
        LabHost host = bed.host("one", "10.77.0.1/24");
        String config = bed.write("one.conf", RouterConfig.version(3).text()).toString();
        double best = Double.MAX_VALUE;
        for (int start = 0; start < STARTS; start++) {
            long from = System.nanoTime();
            LabProcess process = bed.ha4j(host, "run", "-f", config, "--admin", "unix:" + bed.file("admin.sock"));
            double millis =
                    (process.awaitLine("Entering BACKUP STATE", Wait.LIMIT).nanos() - from) / 1e6;
            System.out.printf(Locale.ROOT, "from the start of the process to BACKUP: %.0f ms%n", millis);
            best = Math.min(best, millis);
            process.terminate();
            assertThat(process.waitFor(Wait.LIMIT)).contains(0);
        }
        assertThat(best).isLessThan(1500);
    }
}
