package io.ha4j.standalone;

import io.ha4j.HaGroup;
import io.ha4j.SyncGroup;
import io.ha4j.standalone.conf.Tracked;
import io.ha4j.standalone.conf.VrrpInstance;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A vrrp_instance at work. Thread-safe. */
final class RunningGroup {
    private static final Duration SCRIPTS_LIMIT = Duration.ofSeconds(10);

    private final HaGroup group;
    private final NotifyScripts scripts;
    private volatile VrrpInstance instance;

    /** As {@link HaGroup.Builder#start()}, with its exceptions. */
    RunningGroup(VrrpInstance instance, @Nullable SyncGroup sync) {
        this.instance = instance;
        scripts = new NotifyScripts(instance.name(), this::instance);
        HaGroup.Builder builder = builder(instance);
        if (sync != null) {
            builder.sync(sync);
        }
        group = builder.onEvent(event -> KeepalivedLog.log(instance(), event))
                .onEvent(scripts)
                .start();
    }

    private static HaGroup.Builder builder(VrrpInstance instance) {
        HaGroup.Builder group = HaGroup.builder(instance.name()).election(instance.router());
        instance.addresses().forEach(group::address);
        instance.tracked().forEach(tracked -> track(group, tracked));
        instance.routes().forEach(group::route);
        group.announcements(instance.announcements())
                .kernelGuard(instance.kernelGuard())
                .connectionDrain(instance.connectionDrain());
        return group;
    }

    private static void track(HaGroup.Builder group, Tracked tracked) {
        if (tracked.reversed()) {
            group.trackReversed(tracked.check(), tracked.weight());
        } else {
            group.track(tracked.check(), tracked.weight());
        }
    }

    VrrpInstance instance() {
        return instance;
    }

    HaGroup group() {
        return group;
    }

    /** As {@link HaGroup.Builder#reconfigure}, with its exceptions. */
    void reconfigure(VrrpInstance next) {
        if (!Objects.equals(instance.syncGroup(), next.syncGroup())) {
            throw new IllegalArgumentException("its vrrp_sync_group is another one");
        }
        if (!instance.at(next.line()).equals(next)) {
            builder(next).reconfigure(group);
        }
        instance = next;
    }

    void close() {
        group.close();
        scripts.awaitStopped(SCRIPTS_LIMIT);
    }
}
