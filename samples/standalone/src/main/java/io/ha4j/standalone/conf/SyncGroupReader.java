package io.ha4j.standalone.conf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code vrrp_sync_group}s and joins them to their instances. What a group tracks, each member does; the weights
 * of the members' own count for nothing there, as in keepalived, unless {@code sync_group_tracking_weight} says so.
 */
final class SyncGroupReader {
    private record Member(String name, int line) {}

    private record Sync(Statement block, String name, List<Member> members, List<Tracked> tracked, boolean weights) {
        VrrpSyncGroup group() {
            return new VrrpSyncGroup(name, members.stream().map(Member::name).toList());
        }
    }

    private final Trackables trackables;
    private final Problems problems;
    private final Values values;
    private final List<Sync> all = new ArrayList<>();

    SyncGroupReader(Trackables trackables, Problems problems) {
        this.trackables = trackables;
        this.problems = problems;
        this.values = new Values(problems);
    }

    void read(Statement block) {
        String name = values.word(block);
        List<Member> members = new ArrayList<>();
        List<Statement> weights = new ArrayList<>();
        TrackReader tracks = new TrackReader(trackables, problems);
        tracks.on(new Block(block, Vocabulary.SYNC_GROUP, problems))
                .onBlock(
                        "group",
                        lines -> lines.statements()
                                .forEach(line ->
                                        line.words().forEach(word -> members.add(new Member(word, line.line())))))
                .on("sync_group_tracking_weight", line -> {
                    values.nothing(line);
                    weights.add(line);
                })
                .read();
        if (members.isEmpty()) {
            problems.error(block.line(), block.text() + " has no group of instances");
        } else if (members.size() == 1) {
            problems.warning(block.line(), block.text() + " has one instance only: there is nothing to keep together");
        }
        if (all.stream().anyMatch(other -> other.name.equals(name))) {
            problems.error(block.line(), block.text() + " is in this file already");
        }
        if (name != null) {
            all.add(new Sync(block, name, members, tracks.tracked(), !weights.isEmpty()));
        }
    }

    /** The instances with the groups that they are in. */
    List<VrrpInstance> join(List<VrrpInstance> instances, List<String> names) {
        Map<String, Sync> byMember = new LinkedHashMap<>();
        for (Sync sync : all) {
            for (Member member : sync.members) {
                Sync before = byMember.putIfAbsent(member.name, sync);
                if (before != null) {
                    problems.error(member.line, member.name + " is in vrrp_sync_group " + before.name + " already");
                } else if (!names.contains(member.name)) {
                    problems.error(
                            member.line,
                            sync.block.text() + ": there is no vrrp_instance " + member.name
                                    + Suggestion.of(member.name, names));
                }
            }
            checkPriorities(sync, instances);
        }
        return instances.stream()
                .map(instance -> joined(instance, byMember.get(instance.name())))
                .toList();
    }

    private VrrpInstance joined(VrrpInstance instance, @Nullable Sync sync) {
        if (sync == null) {
            return instance;
        }
        if (instance.router().isOwner()) {
            problems.error(
                    instance.line(),
                    "vrrp_instance " + instance.name() + " of priority 255 cannot be in vrrp_sync_group " + sync.name
                            + ": it would be active whatever the others are");
        }
        List<Tracked> own = instance.tracked().stream()
                .map(tracked -> sync.weights ? tracked : weightless(instance, sync, tracked))
                .toList();
        return instance.in(
                sync.group(), Stream.concat(own.stream(), sync.tracked.stream()).toList());
    }

    private Tracked weightless(VrrpInstance instance, Sync sync, Tracked tracked) {
        if (tracked.weight() != 0) {
            problems.warning(
                    instance.line(),
                    "vrrp_instance " + instance.name() + ": the weight of "
                            + tracked.check().name() + " is 0 and not " + tracked.weight()
                            + ", as it is in vrrp_sync_group " + sync.name);
        }
        return new Tracked(tracked.check(), 0, tracked.reversed());
    }

    private void checkPriorities(Sync sync, List<VrrpInstance> instances) {
        List<VrrpInstance> members = instances.stream()
                .filter(instance -> sync.group().members().contains(instance.name()))
                .toList();
        long different = members.stream()
                .map(instance -> instance.router().priority())
                .distinct()
                .count();
        if (different > 1) {
            problems.warning(
                    sync.block.line(),
                    sync.block.text() + ": its instances have different priorities; the node that becomes active first"
                            + " stays active");
        }
    }
}
