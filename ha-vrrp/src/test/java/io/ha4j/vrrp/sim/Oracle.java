package io.ha4j.vrrp.sim;

import io.ha4j.GroupEvent;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Watches a cluster from outside, by what is on the wire, in the events and in the kernels, and knows the rules. */
final class Oracle {
    private final VirtualTime time;
    private final Network network;
    private final List<Cohort> cohorts;
    private final Conduct conduct = new Conduct(this);
    private final List<Rule> rules;
    private @Nullable Violation violation;

    Oracle(VirtualTime time, Network network, Script script, List<Cohort> cohorts, Coverage coverage) {
        this.time = time;
        this.network = network;
        this.cohorts = cohorts;
        long delayNs = script.maxDelayNs();
        rules = List.of(
                new DownTimers(this, coverage),
                new Absences(this),
                conduct,
                new SilenceOfOthers(this, script),
                new Contentions(this, delayNs),
                new Convergence(this, coverage),
                new HandOvers(this, delayNs, coverage));
        time.afterEachTask(this::afterTask);
        time.beforeTimePasses(this::beforeTimePasses);
    }

    /** The first one; null while all is well. */
    @Nullable
    Violation violation() {
        return violation;
    }

    void violated(String rule, long atNs, String what) {
        if (violation == null) {
            violation = new Violation(rule, atNs, what);
        }
    }

    long nowNs() {
        return time.nowNs();
    }

    Network network() {
        return network;
    }

    /** Until when clients are answered by this node if nothing happens; {@link Member#NOT} if they are not. */
    long answersUntilNs(Member member) {
        return network.linkIsUp(member.segment, member.host()) ? member.answersUntilNs() : Member.NOT;
    }

    boolean connected(Member one, Member other) {
        return network.connects(one.segment, one.host(), other.host())
                && network.connects(one.segment, other.host(), one.host());
    }

    /** Since when nothing is lost or late between them, in either direction. */
    long goodSinceNs(Member one, Member other) {
        return Math.max(
                network.goodSinceNs(one.segment, one.host(), other.host()),
                network.goodSinceNs(one.segment, other.host(), one.host()));
    }

    void sent(int segment, int host, byte[] payload) {
        Heard advertisement = Heard.of(payload);
        Member member = member(segment, host, advertisement.id());
        if (member == null) {
            violated("only members advertise", nowNs(), "node" + (host + 1) + " sent " + advertisement);
            return;
        }
        if (!member.isActive() || (advertisement.priority() > 0 && member.farewell)) {
            violated("only the active advertise", nowNs(), member + " sent " + advertisement);
        }
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).sent(member, advertisement);
        }
        if (advertisement.priority() > 0) {
            member.advertisedNs = nowNs();
            if (member.addresses != null) {
                member.addresses.advertisementLeft();
            }
        } else {
            member.farewell = true;
        }
    }

    void read(int segment, int host, byte[] payload, InetAddress source) {
        Heard heard = Heard.of(payload);
        Member by = member(segment, host, heard.id());
        Member from = member(segment, Computer.host(source), heard.id());
        if (by != null && from != null && heard.isFor(by.seat)) {
            rules.forEach(rule -> rule.read(by, from, heard));
        }
    }

    /** That host in the same group. */
    @Nullable
    Member member(Member one, int host) {
        return member(one.segment, host, one.id);
    }

    private @Nullable Member member(int segment, int host, int id) {
        for (Cohort cohort : cohorts) {
            if (cohort.group.segment() == segment && cohort.group.id() == id) {
                for (Member member : cohort.members) {
                    if (member.host() == host) {
                        return member;
                    }
                }
            }
        }
        return null;
    }

    void changed(Member member, GroupEvent.StateChanged change) {
        member.changed(change, nowNs());
        rules.forEach(rule -> rule.changed(member, change));
    }

    void priorityChanged(Member member, int priority) {
        member.seat = member.seat.withPriority(priority);
        member.priorityNs = nowNs();
        rules.forEach(rule -> rule.priorityChanged(member));
    }

    void awoke(Member member) {
        member.runsSinceNs = nowNs();
        rules.forEach(rule -> rule.awoke(member));
    }

    void stops(Cohort cohort, Member member) {
        rules.forEach(rule -> rule.stops(cohort, member));
    }

    private void afterTask() {
        for (int i = 0; i < cohorts.size(); i++) {
            conduct.afterTask(cohorts.get(i));
        }
    }

    private void beforeTimePasses(long untilNs) {
        for (int i = 0; i < cohorts.size(); i++) {
            for (int j = 0; j < rules.size(); j++) { // the hottest place of all: no iterators
                rules.get(j).beforeTimePasses(cohorts.get(i), untilNs);
            }
        }
    }
}
