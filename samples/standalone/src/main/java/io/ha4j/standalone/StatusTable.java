package io.ha4j.standalone;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** A status for people: groups first, then virtual servers in the layout of {@code ipvsadm -Ln}. */
final class StatusTable {
    private static final int COUNTERS_PER_LINE = 4;
    private static final int ADDRESSES_SHOWN = 20; // --json has them all

    private final StringBuilder out = new StringBuilder();

    private StatusTable() {}

    static String render(Status status) {
        // The instance's own clock: ours may differ, and it took a while to get here.
        Instant now = Instant.parse(status.startedAt()).plusMillis((long) (status.uptimeSeconds() * 1000));
        StatusTable table = new StatusTable();
        table.line(
                "ha4j %s  pid %d  up %s  %s%s",
                status.version(),
                status.pid(),
                age(Duration.ofMillis((long) (status.uptimeSeconds() * 1000))),
                status.configuration(),
                status.routerId().isEmpty() ? "" : "  router_id " + status.routerId());
        Status.HotRestart restart = status.hotRestart();
        if (restart != null) {
            table.line(
                    "hot restart  %s%s",
                    restart.path(),
                    restart.predecessor() == null
                            ? ""
                            : "  from process " + restart.predecessor() + ": "
                                    + (restart.inherited().isEmpty()
                                            ? "no listener"
                                            : String.join(", ", restart.inherited())));
        }
        status.groups().forEach(group -> table.group(group, now));
        if (!status.virtualServers().isEmpty()) {
            table.line("");
            table.line("IP Virtual Server (ha4j %s, relay)", status.version());
            table.line("Prot LocalAddress:Port Scheduler Flags");
            table.line("  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn  State");
            status.virtualServers().forEach(table::virtualServer);
        }
        return table.out.toString();
    }

    private void group(Status.Group group, Instant now) {
        line("");
        line(
                "%s: %s for %s (%s)",
                group.name(), group.state(), age(Duration.between(Instant.parse(group.since()), now)), group.reason());
        line(
                "  interface %s  virtual_router_id %d  priority %d%s  version %d  advert_int %s%s%s",
                group.interfaceName(),
                group.virtualRouterId(),
                group.priority(),
                group.effectivePriority() == group.priority() ? "" : " (now " + group.effectivePriority() + ")",
                group.version(),
                seconds(group.advertisementIntervalSeconds()),
                group.preempt() ? "" : "  nopreempt",
                group.localAddress() == null ? "" : "  from " + group.localAddress());
        line("  addresses  %s (%s)", addresses(group, true), group.addressesHeld() ? "held" : "not held");
        if (group.addresses().stream().anyMatch(address -> !address.advertised())) {
            line("  excluded   %s", addresses(group, false));
        }
        Status.VirtualMac mac = group.virtualMac();
        if (mac != null) {
            line(
                    "  MAC        %s on %s%s",
                    mac.address(),
                    mac.interfaceName(),
                    mac.advertise() ? "" : "  (advertisements from " + group.interfaceName() + ")");
        }
        if (!group.accept()) {
            line("  accept     no: packets to the addresses are dropped");
        }
        if (!group.routes().isEmpty()) {
            line("  routes     %s", String.join(", ", group.routes()));
        }
        if (group.syncGroup() != null) {
            line("  sync group %s", group.syncGroup());
        }
        line("  lease      %s", group.lease());
        if (group.connectionDrain().limitSeconds() > 0) {
            line("  drain      %s", group.connectionDrain().text());
        }
        Status.Peer active = group.active();
        if (active != null) {
            line(
                    "  active     %s  priority %d  version %d  advert_int %s",
                    active.address(),
                    active.priority(),
                    active.version(),
                    seconds(active.advertisementIntervalSeconds()));
        }
        Status.DeathDetection deaths = group.deathDetection();
        if (deaths != null) {
            deathDetection(deaths);
        }
        if (group.delaySeconds() > 0) {
            line("  delay      %s left before it may take over", seconds(group.delaySeconds()));
        }
        group.checks().forEach(this::check);
        group.mismatches().forEach(mismatch -> mismatch(mismatch, now));
        List<String> counters = group.counters().entrySet().stream()
                .filter(counter -> counter.getValue() != 0)
                .map(counter -> counter.getKey() + " " + counter.getValue())
                .toList();
        for (int i = 0; i < counters.size(); i += COUNTERS_PER_LINE) {
            line(
                    "  %-9s  %s",
                    i == 0 ? "counters" : "",
                    String.join("  ", counters.subList(i, Math.min(counters.size(), i + COUNTERS_PER_LINE))));
        }
    }

    private void deathDetection(Status.DeathDetection deaths) {
        String counters = deaths.counters().entrySet().stream()
                .filter(counter -> counter.getValue() != 0)
                .map(StatusTable::counter)
                .collect(Collectors.joining("  "));
        line(
                "  deaths     %s  port %d%s%s%s",
                deaths.effective() ? "noticed at once" : "not noticed early (" + deaths.remark() + ")",
                deaths.port(),
                deaths.peers().isEmpty() ? "" : "  connected " + String.join(", ", deaths.peers()),
                deaths.rank() == 0 ? "" : "  rank " + deaths.rank(),
                counters.isEmpty() ? "" : "  " + counters);
    }

    private void check(Status.Check check) {
        line(
                "  check      %s: %s (%s)  weight %d%s%s%s",
                check.name(),
                check.up() ? "up" : "DOWN",
                check.detail(),
                check.weight(),
                check.reversed() ? " reverse" : "",
                check.priorityChange() == 0 ? "" : String.format(Locale.ROOT, "  priority %+d", check.priorityChange()),
                check.failed() ? "  keeps the node out" : "");
    }

    private void mismatch(Status.Mismatch mismatch, Instant now) {
        line(
                "  mismatch   %s of %s: %s (%d times, last %s ago)",
                mismatch.kind().toLowerCase(Locale.ROOT).replace('_', ' '),
                mismatch.from(),
                mismatch.detail(),
                mismatch.count(),
                age(Duration.between(Instant.parse(mismatch.lastSeen()), now)));
    }

    private void virtualServer(Status.VirtualServer server) {
        line(
                "%-4s %s %s%s%s",
                server.protocol(),
                server.address(),
                server.scheduler(),
                server.persistence().timeoutSeconds() > 0
                        ? " persistent " + (long) server.persistence().timeoutSeconds()
                        : "", // ipvsadm's words
                server.listening() ? "" : "  not listening" + waiting(server));
        for (Status.RealServer backend : server.realServers()) {
            long inactive = 0; // a relay has none: a connection is open or it is gone
            line(
                    "  -> %-28s %-7s %-6d %-10d %-10d %s%s",
                    backend.address(),
                    "Relay",
                    backend.weight(),
                    backend.activeConnections(),
                    inactive,
                    backend.state()
                            + (backend.backup() ? " (backup)" : "")
                            + (backend.maxConnections() > 0 ? " (at most " + backend.maxConnections() + ")" : ""),
                    result(backend));
        }
        limits(server);
        Status.PassiveChecks passive = server.passiveChecks();
        if (passive.ejectAfter() > 0 || passive.failOpenPercent() > 0) {
            line(
                    "     eject after %d failures for %s, at most %d %%; fail open below %d %%",
                    passive.ejectAfter(),
                    seconds(passive.ejectionTimeSeconds()),
                    passive.maxEjectedPercent(),
                    passive.failOpenPercent());
        }
        if (!server.acceptProxy().networks().isEmpty()) {
            line(
                    "     PROXY header from %s within %s",
                    String.join(", ", server.acceptProxy().networks()),
                    seconds(server.acceptProxy().timeoutSeconds()));
        }
        if (!server.source().equals("kernel")) {
            line("     source %s", server.source());
        }
        for (Status.Name name : server.names()) {
            line(
                    "     %s is %s%s",
                    name.name(),
                    name.addresses().isEmpty() ? "nowhere" : String.join(", ", name.addresses()),
                    name.detail().isEmpty() ? "" : "  as it was: " + name.detail());
        }
        Status.Persistence persistence = server.persistence();
        if (persistence.timeoutSeconds() > 0) {
            line(
                    "     clients stay for %s, as /%d or /%d  remembered %d of %d",
                    seconds(persistence.timeoutSeconds()),
                    persistence.ipv4Prefix(),
                    persistence.ipv6Prefix(),
                    persistence.clients(),
                    persistence.maxClients());
        }
        eventLoops(server.eventLoops());
        String ended = server.ended().entrySet().stream()
                .filter(reason -> reason.getValue() != 0)
                .map(StatusTable::counter)
                .collect(Collectors.joining("  "));
        line(
                "     accepted %d%s%s%s",
                server.accepted(),
                server.buffered() == 0 ? "" : "  wait for slow readers: " + server.buffered() / 1024 + " KiB",
                server.listenerDrops() == 0 ? "" : "  dropped by the kernel, queue full: " + server.listenerDrops(),
                ended.isEmpty() ? "" : "  ended: " + ended);
    }

    /** In the order of their numbers, so that uneven ones are seen. */
    private void eventLoops(List<Status.EventLoop> loops) {
        if (loops.stream().anyMatch(loop -> loop.totalConnections() > 0)) {
            line(
                    "     %s to %d: connections %s  in all %s",
                    loops.get(0).name(),
                    loops.size(),
                    numbers(loops, Status.EventLoop::activeConnections),
                    numbers(loops, Status.EventLoop::totalConnections));
        }
    }

    private static String numbers(List<Status.EventLoop> loops, ToLongFunction<Status.EventLoop> of) {
        return loops.stream().mapToLong(of).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    private void limits(Status.VirtualServer server) {
        Status.Limits limits = server.limits();
        if (server.protocol().equals("UDP")) {
            line(
                    "     idle %s  sessions %d of %s  per source %s",
                    limit(limits.idleTimeoutSeconds()),
                    server.activeConnections(),
                    limit(limits.maxConnections()),
                    limit(limits.maxConnectionsPerSource()));
            line(
                    "     datagrams received %d  sent %d  dropped %d",
                    server.datagrams().received(),
                    server.datagrams().sent(),
                    server.datagrams().dropped());
            return;
        }
        line(
                "     connect %s  idle %s  half-closed %s  connections %d of %s  per source %s  per second %s  queued %d of %d",
                seconds(limits.connectTimeoutSeconds()),
                limit(limits.idleTimeoutSeconds()),
                limit(limits.halfClosedTimeoutSeconds()),
                server.activeConnections(),
                limit(limits.maxConnections()),
                limit(limits.maxConnectionsPerSource()),
                limit(limits.maxConnectionRate()),
                server.queued(),
                limits.maxQueued());
    }

    /** {@code , http: GET /: status 200}. */
    private static String result(Status.RealServer backend) {
        String weight = backend.weight() == backend.configuredWeight()
                ? ""
                : " (weight " + backend.configuredWeight() + " configured)";
        if (backend.detail().isEmpty()
                || (backend.check().isEmpty() && backend.state().equals("UP"))) {
            return weight;
        }
        return weight + (backend.check().isEmpty() ? "" : "  " + backend.check()) + ": " + backend.detail();
    }

    private static String limit(double seconds) {
        return seconds == 0 ? "no limit" : seconds(seconds);
    }

    private static String limit(int count) {
        return count == 0 ? "any" : String.valueOf(count);
    }

    private static String waiting(Status.VirtualServer server) {
        return server.group() == null ? "" : " (" + server.group() + " is not active)";
    }

    private static String counter(Map.Entry<String, Long> counter) {
        return counter.getKey() + " " + counter.getValue();
    }

    private static String addresses(Status.Group group, boolean advertised) {
        List<Status.Address> all = group.addresses().stream()
                .filter(address -> address.advertised() == advertised)
                .toList();
        return all.stream().limit(ADDRESSES_SHOWN).map(StatusTable::address).collect(Collectors.joining(", "))
                + (all.size() > ADDRESSES_SHOWN ? " and " + (all.size() - ADDRESSES_SHOWN) + " more" : "");
    }

    private static String address(Status.Address address) {
        return address.address() + " dev " + address.interfaceName()
                + (address.label() == null ? "" : " label " + address.label())
                + (address.options().isEmpty() ? "" : " " + address.options());
    }

    private static String seconds(double seconds) {
        String text = String.format(Locale.ROOT, "%.2f", seconds);
        return text.replaceAll("\\.?0+$", "") + " s";
    }

    /** {@code 5.2 s}, {@code 3 min 4 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
    static String age(Duration age) {
        if (age.toMinutes() < 1) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, age.toMillis()) / 1000.0);
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + " min " + age.toSecondsPart() + " s";
        }
        return age.toDays() < 1
                ? age.toHours() + " h " + age.toMinutesPart() + " min"
                : age.toDays() + " d " + age.toHoursPart() + " h";
    }

    private void line(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
