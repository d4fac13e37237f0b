package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.ha4j.Announcements;
import io.ha4j.GroupEvent;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.GroupState;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRouter;
import io.ha4j.standalone.conf.Notifications;
import io.ha4j.standalone.conf.VrrpInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NotifyScriptsTest {
    @TempDir
    Path directory;

    private NotifyScripts scripts(Notifications notifications, Duration limit) {
        VrrpInstance instance = new VrrpInstance(
                1,
                "VI_1",
                VirtualRouter.on("eth0").id(51).priority(100).build(),
                List.of(VirtualAddress.of("10.77.0.100/24")),
                List.of(),
                Announcements.DEFAULT,
                List.of(),
                notifications,
                true,
                Duration.ZERO,
                null);
        return new NotifyScripts("VI_1", () -> instance, limit);
    }

    private static GroupEvent to(GroupState state) {
        return new GroupEvent.StateChanged("VI_1", Instant.EPOCH, GroupState.BACKUP, state, Reason.STARTED, null, "");
    }

    private List<String> append(String word) {
        return List.of("/bin/sh", "-c", "echo " + word + " \"$@\" >> " + directory.resolve("log"), "sh");
    }

    @Test
    void theScriptOfTheStateComesFirstAndTheGeneralOneGetsFourArguments() throws Exception {
        NotifyScripts scripts = scripts(
                new Notifications(
                        append("master"), append("backup"), append("fault"), append("stop"), List.of(), append("any")),
                Duration.ofSeconds(20));
        scripts.accept(to(GroupState.ACTIVE));
        scripts.accept(to(GroupState.FAULT));
        scripts.accept(to(GroupState.INITIALIZE));
        scripts.awaitStopped(Duration.ofSeconds(20));

        assertThat(Files.readAllLines(directory.resolve("log")))
                .containsExactly(
                        "master",
                        "any INSTANCE VI_1 MASTER 100",
                        "fault",
                        "any INSTANCE VI_1 FAULT 100",
                        "stop",
                        "any INSTANCE VI_1 STOP 100");
    }

    @Test
    void oneThatHangsIsKilledWithItsChildrenAndTheNextOneRuns() throws Exception {
        List<String> hanging =
                List.of("/bin/sh", "-c", "sleep 1000 & echo $! > " + directory.resolve("pid") + "; wait");
        NotifyScripts scripts = scripts(
                new Notifications(hanging, append("backup"), List.of(), List.of(), List.of(), List.of()),
                Duration.ofMillis(500));
        scripts.accept(to(GroupState.ACTIVE));
        scripts.accept(to(GroupState.BACKUP));

        assertThat(Files.readAllLines(directory.resolve("log"))).containsExactly("backup");
        long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        ProcessHandle.of(pid).ifPresent(child -> child.onExit().join());
    }

    @Test
    void oneThatCannotBeRunStopsNothing() throws Exception {
        NotifyScripts scripts = scripts(
                new Notifications(
                        List.of("/does/not/exist"), List.of(), List.of(), List.of(), List.of(), append("any")),
                Duration.ofSeconds(20));
        scripts.accept(to(GroupState.ACTIVE));
        assertThat(directory.resolve("log")).exists();
    }
}
