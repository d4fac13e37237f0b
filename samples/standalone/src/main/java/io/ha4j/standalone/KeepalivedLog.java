package io.ha4j.standalone;

import io.ha4j.BackendState;
import io.ha4j.BalancerEvent;
import io.ha4j.ConnectionDrain;
import io.ha4j.GroupEvent;
import io.ha4j.GroupEvent.Reason;
import io.ha4j.GroupState;
import io.ha4j.Mismatch;
import io.ha4j.Peer;
import io.ha4j.Protocol;
import io.ha4j.VirtualAddress;
import io.ha4j.spi.IpText;
import io.ha4j.standalone.conf.VirtualServer;
import io.ha4j.standalone.conf.VrrpInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes events in the words of keepalived 2.2.7's log, because operators and their tools look for those. What
 * keepalived has no words for is written in ours. Outside of the reader of its configuration, keepalived's names of the
 * states appear here only.
 */
final class KeepalivedLog {
    private static final Logger log = LoggerFactory.getLogger("ha4j");

    /** One line of the log. */
    record Line(Level level, String text) {}

    private KeepalivedLog() {}

    static void log(VrrpInstance instance, GroupEvent event) {
        lines(instance, event).forEach(KeepalivedLog::write);
    }

    static void log(VirtualServer.Service virtualServer, BalancerEvent event) {
        lines(virtualServer, event).forEach(KeepalivedLog::write);
    }

    private static void write(Line line) {
        log.atLevel(line.level()).log(line.text());
    }

    static List<Line> lines(VrrpInstance instance, GroupEvent event) {
        List<String> texts = new ArrayList<>();
        Level level = Level.INFO;
        if (event instanceof GroupEvent.StateChanged change) {
            texts.addAll(stateChange(change, instance.router().priority()));
        } else if (event instanceof GroupEvent.AddressesTaken taken) {
            texts.add("setting VIPs.");
            taken.addresses().forEach(address -> texts.add(announcement(instance, address)));
        } else if (event instanceof GroupEvent.AddressesReleased) {
            texts.add("removing VIPs.");
        } else if (event instanceof GroupEvent.ConnectionsDraining draining) {
            texts.add(draining(draining.drain()));
        } else if (event instanceof GroupEvent.AddressFailed failed) {
            level = Level.ERROR;
            texts.add(failed.detail());
        } else if (event instanceof GroupEvent.HandOverFailed failed) {
            level = Level.WARN;
            texts.add("hand-over: " + failed.detail());
        } else if (event instanceof GroupEvent.Reconfigured changed) {
            texts.add("reconfigured: priority " + changed.priority() + ", addresses " + changed.addresses());
        } else if (event instanceof GroupEvent.PriorityZeroReceived) {
            texts.add("Backup received priority 0 advertisement");
        } else if (event instanceof GroupEvent.PriorityZeroSent) {
            texts.add("sent 0 priority");
        } else if (event instanceof GroupEvent.LowerPriorityHeard heard) {
            texts.add("Received advert from " + address(heard.peer()) + " with lower priority "
                    + heard.peer().priority() + ", ours " + instance.router().priority() + ", forcing new election");
        } else if (event instanceof GroupEvent.AdvertisementRejected rejected) {
            level = Level.WARN;
            texts.add("advert from " + IpText.of(rejected.from()) + " rejected: " + rejected.detail() + " ("
                    + rejected.counter() + ")");
        } else if (event instanceof GroupEvent.MismatchHeard heard) {
            Mismatch mismatch = heard.mismatch();
            level = isHarmless(mismatch.kind()) ? Level.INFO : Level.WARN;
            texts.add("advert from " + IpText.of(mismatch.from()) + ", "
                    + mismatch.kind().text() + ": " + mismatch.detail());
        }
        if (event instanceof GroupEvent.CheckChanged change) {
            texts.add("check " + change.check() + (change.up() ? " is up: " : " is down: ") + change.detail()
                    + "; effective priority " + change.priority());
        }
        return lines(level, "(" + instance.name() + ") ", texts);
    }

    private static String draining(ConnectionDrain drain) {
        return drain.isDraining()
                ? "draining: " + drain.connectionsLeft()
                : drain.count() + " cut off: "
                        + (drain.obstacle().isEmpty() ? "the time to drain is over" : drain.obstacle());
    }

    private static boolean isHarmless(Mismatch.Kind kind) {
        return kind == Mismatch.Kind.FOREIGN_VIRTUAL_ROUTER || kind == Mismatch.Kind.CHECKSUM_FORM;
    }

    private static List<String> stateChange(GroupEvent.StateChanged change, int ours) {
        List<String> texts = new ArrayList<>();
        Peer peer = change.peer();
        switch (change.to()) {
            case ACTIVE -> {
                if (change.reason() == Reason.PREEMPTED_PEER && peer != null) {
                    texts.add("received lower priority (" + peer.priority() + ") advert from " + address(peer)
                            + " - discarding");
                }
                if (change.reason() == Reason.PEER_DIED) {
                    texts.add(change.detail());
                } else if (change.from() == GroupState.BACKUP) {
                    texts.add("Receive advertisement timeout");
                }
                texts.add("Entering MASTER STATE");
            }
            case BACKUP -> {
                if (change.reason() == Reason.HIGHER_PRIORITY && peer != null) {
                    texts.add("Master received advert from " + address(peer) + " with higher priority "
                            + peer.priority() + ", ours " + ours);
                } else if (change.reason() == Reason.HIGHER_ADDRESS && peer != null) {
                    texts.add("Master received advert from " + address(peer) + " with same priority " + peer.priority()
                            + " but higher IP address than ours");
                } else if (change.reason() == Reason.LATE_WAKE_UP) {
                    texts.add("Master was " + change.detail());
                }
                if (change.reason() == Reason.HANDED_OVER && peer != null) {
                    texts.add("handed over to " + address(peer) + " with priority " + peer.priority());
                }
                texts.add("Entering BACKUP STATE" + init(change));
            }
            case FAULT -> {
                texts.add("Entering FAULT STATE" + init(change));
                texts.add(change.detail());
            }
            case INITIALIZE -> texts.add("stopped");
        }
        return texts;
    }

    private static String init(GroupEvent.StateChanged change) {
        return change.from() == GroupState.INITIALIZE ? " (init)" : "";
    }

    private static String announcement(VrrpInstance instance, VirtualAddress address) {
        return "Sending/queueing " + (address.isIpv4() ? "gratuitous ARPs" : "Unsolicited Neighbour Adverts") + " on "
                + Text.carrier(address, instance.router(), instance.addresses()) + " for "
                + IpText.of(address.address());
    }

    static List<Line> lines(VirtualServer.Service virtualServer, BalancerEvent event) {
        String server = Text.service(virtualServer);
        if (event instanceof BalancerEvent.BackendChanged change) {
            return lines(Level.INFO, "", backendChange(virtualServer, change));
        } else if (event instanceof BalancerEvent.BackendDrained drained) {
            return lines(
                    Level.INFO,
                    "",
                    List.of("service " + Text.service(virtualServer.protocol(), drained.backend()) + " of VS " + server
                            + " has no connection left"));
        } else if (event instanceof BalancerEvent.ListenerOpened opened) {
            return lines(Level.INFO, "", List.of("VS " + server + " listens at " + Text.endpoint(opened.listener())));
        } else if (event instanceof BalancerEvent.ListenerClosed closed) {
            return lines(
                    Level.INFO,
                    "",
                    List.of("VS " + server + " no longer listens at " + Text.endpoint(closed.listener())));
        } else if (event instanceof BalancerEvent.ListenerFailed failed) {
            return lines(
                    Level.ERROR,
                    "",
                    List.of("VS " + server + " cannot listen at " + Text.endpoint(failed.listener()) + ": "
                            + failed.detail()));
        } else if (event instanceof BalancerEvent.NameResolved resolved) {
            return lines(
                    Level.INFO,
                    "",
                    List.of("VS " + server + ": " + Text.endpoint(resolved.name()) + " is "
                            + resolved.addresses().stream().map(Text::endpoint).collect(Collectors.joining(", "))));
        } else if (event instanceof BalancerEvent.NameFailed failed) {
            return lines(
                    Level.WARN,
                    "",
                    List.of("VS " + server + ": " + Text.endpoint(failed.name()) + ": " + failed.detail()
                            + "; its last addresses stay"));
        }
        return List.of();
    }

    private static List<String> backendChange(VirtualServer.Service service, BalancerEvent.BackendChanged change) {
        String server = Text.service(service);
        String backend = Text.service(service.protocol(), change.backend());
        boolean byTcp = change.detail().equals("connected") || change.detail().startsWith("connect to ");
        String checked = byTcp ? Text.service(Protocol.TCP, change.backend()) : backend;
        return switch (change.to()) {
            case UP ->
                change.from() == BackendState.DRAINING
                        ? List.of("Enabling service " + backend + " to VS " + server)
                        : List.of(success(checked, change.detail()), "Adding service " + backend + " to VS " + server);
            case DOWN ->
                List.of(failure(checked, change.detail()), "Removing service " + backend + " from VS " + server);
            case DRAINING -> List.of("Disabling service " + backend + " from VS " + server);
        };
    }

    private static String success(String backend, String detail) {
        return detail.equals("connected")
                ? "TCP connection to " + backend + " success."
                : "Check of " + backend + " success" + (detail.isEmpty() ? "." : ": " + detail);
    }

    private static String failure(String backend, String detail) {
        return detail.startsWith("connect to ")
                ? "TCP connection to " + backend + (timeout(detail) ? " timeout." : " failed.")
                : "Check of " + backend + " failed: " + detail;
    }

    private static boolean timeout(String detail) {
        String text = detail.toLowerCase(Locale.ROOT);
        return text.contains("timeout") || text.contains("timed out") || text.contains("no answer within");
    }

    private static String address(Peer peer) {
        return IpText.of(peer.address());
    }

    private static List<Line> lines(Level level, String prefix, List<String> texts) {
        return texts.stream().map(text -> new Line(level, prefix + text)).toList();
    }
}
