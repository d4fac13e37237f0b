package io.ha4j.standalone.conf;

import io.ha4j.Announcements;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.VirtualRouter;
import io.ha4j.spi.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one {@code vrrp_instance}. */
final class InstanceReader {
    private static final Duration CENTISECOND = Duration.ofMillis(10);
    private static final Duration V3_MAX = CENTISECOND.multipliedBy(4095);
    private static final int MAX_ADDRESSES = 255; // Count IPvX Addr is 8 bits, RFC 9568 §5.2.5

    private final Statement instance;
    private final Problems problems;
    private final Values values;
    private final List<String> names;
    private final PreemptionReader preemption;
    private final TrackReader tracks;
    private final NotificationReader notifications;
    private final Duration startupDelay;
    private final Announcements usualAnnouncements;
    private final AnnouncementReader announcements;

    private int version;
    private @Nullable String interfaceName;
    private @Nullable Integer id;
    private Duration interval = Duration.ofSeconds(1);
    private @Nullable Statement versionStatement;
    private @Nullable Statement intervalStatement;
    private @Nullable Statement sourceStatement;
    private @Nullable UnicastReader unicast;
    private @Nullable Statement authentication;
    private @Nullable String password;
    private int unicastHopLimit = 255;
    private @Nullable InetAddress source;
    private @Nullable List<VirtualAddress> addresses;
    private final VirtualMacReader virtualMac;
    private final InstanceExtensionReader extension;
    private List<VirtualAddress> excluded = List.of();
    private List<VirtualRoute> routes = List.of();
    private boolean sound = true;

    /** @param names of the instances before; this one's is added */
    InstanceReader(
            Statement instance,
            int defaultVersion,
            Duration startupDelay,
            Announcements usualAnnouncements,
            List<String> names,
            Trackables trackables,
            Problems problems) {
        this.instance = instance;
        this.version = defaultVersion;
        this.names = names;
        this.problems = problems;
        this.values = new Values(problems);
        this.virtualMac = new VirtualMacReader(problems);
        this.extension = new InstanceExtensionReader(problems);
        this.startupDelay = startupDelay;
        this.usualAnnouncements = usualAnnouncements;
        this.announcements = new AnnouncementReader(problems);
        this.preemption = new PreemptionReader(problems);
        this.tracks = new TrackReader(trackables, problems);
        this.notifications = new NotificationReader(trackables.user(), problems);
    }

    /** Null when the instance cannot be built; the reasons have been reported. */
    @Nullable
    VrrpInstance read() {
        String name = name();
        Block block = new Block(instance, Vocabulary.INSTANCE, problems);
        announcements
                .onInstance(notifications.on(tracks.on(preemption.on(virtualMac.addTo(block)))))
                .on("interface", this::readInterface)
                .on("virtual_router_id", statement -> id = orUnsound(values.integer(statement, 1, 255)))
                .on("advert_int", this::readInterval)
                .on("version", statement -> {
                    Integer value = orUnsound(values.integer(statement, 2, 3));
                    version = value == null ? version : value;
                    versionStatement = statement;
                })
                .on("mcast_src_ip", this::readSource)
                .on("unicast_src_ip", this::readSource)
                .on("unicast_ttl", statement -> {
                    Integer value = orUnsound(values.integer(statement, 1, 255));
                    unicastHopLimit = value == null ? unicastHopLimit : value;
                })
                .on("check_unicast_src", values::nothing) // always
                .onBlock("unicast_peer", this::readPeers)
                .onBlock("authentication", this::readAuthentication)
                .onBlock(
                        "virtual_ipaddress",
                        statement -> addresses = new AddressReader(problems).read(statement.statements()))
                .onBlock("virtual_ipaddress_excluded", this::readExcluded)
                .onBlock("virtual_routes", statement -> routes = new RouteReader(problems).read(statement.statements()))
                .on("promote_secondaries", values::nothing) // always
                .onBlock("ha4j", statement -> sound &= extension.read(statement))
                .read();
        sound &= preemption.check();
        checkAddresses();
        chooseVersion();
        checkAuthentication();
        checkInterval();
        sound &= virtualMac.check(unicast != null);
        sound &= extension.check(virtualMac, interval);
        require("interface", interfaceName);
        require("virtual_router_id", id);
        require("virtual_ipaddress", addresses);
        return name == null ? null : build(name);
    }

    private @Nullable String name() {
        String name = values.word(instance);
        if (name == null) {
            return null;
        }
        if (name.isBlank()) {
            problems.error(instance.line(), "the name of a vrrp_instance must not be blank");
            return null;
        }
        if (names.contains(name)) {
            problems.error(instance.line(), "vrrp_instance " + name + " is in this file already");
        }
        names.add(name);
        return name;
    }

    private @Nullable VrrpInstance build(String name) {
        if (!sound || interfaceName == null || id == null || addresses == null) {
            return null;
        }
        VirtualRouter.Builder router = VirtualRouter.on(interfaceName)
                .id(id)
                .version(version)
                .advertisementInterval(interval)
                .startupDelay(startupDelay);
        preemption.apply(router);
        virtualMac.apply(router);
        extension.apply(router);
        if (source != null) {
            router.sourceAddress(source);
        }
        if (password != null && version == 2) {
            router.password(password);
        }
        if (unicast != null) {
            router.unicastPeers(unicast.peers().toArray(InetAddress[]::new))
                    .unicastHopLimit(unicastHopLimit)
                    .minimumHopLimit(unicast.minimumHopLimit());
        } else if (sourceStatement != null && sourceStatement.keyword().equals("unicast_src_ip")) {
            problems.warning(
                    sourceStatement.line(), "unicast_src_ip without unicast_peer: this instance uses multicast");
        }
        try {
            return new VrrpInstance(
                    instance.line(),
                    name,
                    router.build(),
                    Stream.concat(addresses.stream(), excluded.stream()).toList(),
                    routes,
                    announcements.over(usualAnnouncements),
                    tracks.tracked(),
                    notifications.read(),
                    extension.kernelGuard(),
                    extension.connectionDrain(),
                    null);
        } catch (IllegalArgumentException e) {
            problems.error(instance.line(), "vrrp_instance " + name + ": " + e.getMessage());
            return null;
        }
    }

    private void readInterface(Statement statement) {
        interfaceName = orUnsound(values.word(statement));
        if (interfaceName != null && (interfaceName.isEmpty() || interfaceName.length() > 15)) { // IFNAMSIZ - 1
            wrong(statement, "interface must have 1 to 15 characters, but was " + interfaceName);
        }
    }

    private void readInterval(Statement statement) {
        Duration value = orUnsound(values.seconds(statement, false));
        if (value != null) {
            interval = value;
            intervalStatement = statement;
        }
    }

    private void readSource(Statement statement) {
        sourceStatement = statement;
        String word = orUnsound(values.word(statement));
        source = word == null ? null : orUnsound(values.address(statement.line(), statement.keyword(), word));
    }

    private void readAuthentication(Statement statement) {
        AuthenticationReader reader = new AuthenticationReader(problems);
        sound &= reader.read(statement);
        authentication = statement;
        password = reader.password();
    }

    private void readExcluded(Statement statement) {
        List<VirtualAddress> read = new AddressReader(problems).read(statement.statements());
        if (read != null) {
            excluded = read.stream().map(VirtualAddress::excluded).toList();
        }
    }

    private void readPeers(Statement statement) {
        UnicastReader reader = new UnicastReader(problems);
        sound &= reader.read(statement);
        unicast = reader;
    }

    /** keepalived.conf(5): "vrrp_version: default 2, but IPv6 instances will use version 3". */
    private void chooseVersion() {
        if (addresses == null || addresses.get(0).isIpv4() || version == 3) {
            return;
        }
        if (versionStatement != null) {
            wrong(versionStatement, "version of an IPv6 instance must be 3, but was 2");
        }
        version = 3;
    }

    /** keepalived ignores it then, too, and says so. */
    private void checkAuthentication() {
        if (authentication != null && version == 3) {
            problems.warning(authentication.line(), "authentication has no effect: VRRP version 3 has none");
        }
    }

    private void checkInterval() {
        if (intervalStatement == null) {
            return;
        }
        String text = intervalStatement.arguments().get(0);
        if (version == 2 && (interval.toNanos() % 1_000_000_000 != 0 || interval.toSeconds() > 255)) {
            wrong(
                    intervalStatement,
                    "advert_int of VRRP version 2 must be in [1, 255] in whole seconds, but was " + text
                            + (interval.toSeconds() > 255 ? "" : "; fractions need version 3"));
        } else if (version == 3
                && (interval.compareTo(V3_MAX) > 0 || interval.toNanos() % CENTISECOND.toNanos() != 0)) {
            wrong(
                    intervalStatement,
                    "advert_int of VRRP version 3 must be in [0.01, 40.95] in steps of 0.01, but was " + text);
        }
    }

    private void checkAddresses() {
        if (addresses != null) {
            checkFamily(addresses);
        }
        if (addresses != null && addresses.size() > MAX_ADDRESSES) {
            wrong(
                    instance,
                    instance.text() + " has " + addresses.size() + " virtual addresses, but the most is "
                            + MAX_ADDRESSES);
        }
    }

    /** As in keepalived, the first address says which family the instance is of. */
    private void checkFamily(List<VirtualAddress> addresses) {
        VirtualAddress first = addresses.get(0);
        addresses.stream()
                .filter(address -> address.isIpv4() != first.isIpv4())
                .findFirst()
                .ifPresent(other -> wrong(
                        instance,
                        instance.text() + " has addresses of both families, " + first + " and " + other
                                + ": give each family an instance of its own (with the same virtual_router_id, if "
                                + "you like)"));
        if (!first.isIpv4() && !first.address().isLinkLocalAddress()) {
            wrong(
                    instance,
                    "the first address of an IPv6 instance must be link-local (RFC 9568, erratum 8300), but of "
                            + instance.text() + " it was " + first + ": put one before it, such as fe80::"
                            + (id == null ? "100" : Integer.toHexString(id)) + "/64");
        }
        if (source != null && sourceStatement != null && (source instanceof Inet4Address) != first.isIpv4()) {
            wrong(
                    sourceStatement,
                    sourceStatement.keyword() + " must be an " + (first.isIpv4() ? "IPv4" : "IPv6")
                            + " address, but was " + IpText.of(source));
        }
    }

    private void require(String keyword, @Nullable Object value) {
        boolean given = instance.statements().stream()
                .anyMatch(statement -> statement.keyword().equals(keyword));
        if (value == null && !given) {
            wrong(instance, instance.text() + " has no " + keyword);
        }
    }

    private void wrong(Statement statement, String message) {
        sound = false;
        problems.error(statement.line(), message);
    }

    private <T> @Nullable T orUnsound(@Nullable T value) {
        sound &= value != null;
        return value;
    }
}
