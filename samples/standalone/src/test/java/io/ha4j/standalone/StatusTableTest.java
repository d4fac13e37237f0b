package io.ha4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTableTest {
    static final Status STATUS = new Status(
            "0.1.0",
            4711,
            "2026-11-22T12:00:00Z",
            75.5,
            "node1",
            "/etc/keepalived/keepalived.conf",
            new Status.HotRestart("/run/ha4j/restart.sock", 4700L, List.of("10.77.0.100:80")),
            List.of(new Status.Group(
                    "VI_1",
                    "BACKUP",
                    "2026-11-22T12:00:01Z",
                    "10.77.0.1 advertises priority 150",
                    "eth0",
                    51,
                    3,
                    100,
                    80,
                    0.1,
                    false,
                    "10.77.0.2",
                    List.of(),
                    new Status.Peer("10.77.0.1", 3, 150, 0.1),
                    List.of(
                            new Status.Address("10.77.0.100/24", "vrrp.51", null, "", true),
                            new Status.Address("10.77.0.101/32", "eth1", "eth1:vip", "scope link", true),
                            new Status.Address("2001:db8::7/64", "vrrp.51", null, "", false)),
                    List.of("10.1.0.0/16 via 10.77.0.1"),
                    false,
                    4.25,
                    new TreeMap<>(Map.of("rcvdAdvertisements", 740L, "checksumErrors", 0L, "vrIdErrors", 2L)),
                    "kernel guard, 300 ms",
                    new Status.ConnectionDrain(30, true, 12, 25, null, "30 s: 12 connections left, for 25 s at most"),
                    List.of(new Status.Mismatch(
                            "ADDRESS_LIST",
                            "10.77.0.1",
                            "it advertises [10.77.0.101], this node has [10.77.0.100]",
                            "2026-11-22T12:00:01Z",
                            "2026-11-22T12:00:02Z",
                            12)),
                    List.of(
                            new Status.Check("chk_web", false, "exit code 1", -20, false, -20, false),
                            new Status.Check("eth1", true, "up", 0, true, 0, true)),
                    new Status.VirtualMac("vrrp.51", "00:00:5e:00:01:33", false),
                    false,
                    "gw",
                    new Status.DeathDetection(
                            7112,
                            List.of("10.77.0.1"),
                            1,
                            true,
                            "",
                            new TreeMap<>(Map.of("lostConnections", 1L, "deaths", 0L))))),
            List.of(new Status.VirtualServer(
                    "10.77.0.100:80",
                    "TCP",
                    List.of("10.77.0.100:80"),
                    false,
                    "wrr",
                    "RELAY",
                    "epoll",
                    "VI_1",
                    new Status.Limits(3, 3600, 0, 100, 0, 1000, 5, 200, 0),
                    new Status.PassiveChecks(5, 10, 50, 0),
                    new Status.AcceptProxy(List.of("10.0.0.0/8", "2001:db8::/32"), 3),
                    new Status.Persistence(360, 24, 128, 100_000, 7),
                    "10.77.0.5",
                    12,
                    3,
                    1,
                    new TreeMap<>(Map.of("closed", 9L, "reset", 0L)),
                    new Status.Datagrams(0, 0, 0),
                    7,
                    65_536,
                    List.of(
                            new Status.EventLoop("ha4j-lb-epoll-1", 2, 7, 60, 1200),
                            new Status.EventLoop("ha4j-lb-epoll-2", 1, 5, 40, 800)),
                    List.of(
                            new Status.RealServer(
                                    "10.77.0.11:8080",
                                    3,
                                    5,
                                    false,
                                    50,
                                    "UP",
                                    "http",
                                    "GET /: status 200",
                                    3,
                                    8,
                                    0,
                                    100,
                                    2000,
                                    0,
                                    0),
                            new Status.RealServer(
                                    "10.77.0.12:8080",
                                    1,
                                    1,
                                    true,
                                    0,
                                    "DOWN",
                                    "tcp",
                                    "connection refused",
                                    0,
                                    4,
                                    1,
                                    50,
                                    1000,
                                    0,
                                    0)),
                    List.of(new Status.Name(
                            "app.example:8080", List.of("10.77.0.12:8080"), null, "the name cannot be resolved")))));

    @Test
    void looksLikeThis() {
        assertThat(StatusTable.render(STATUS)).isEqualTo("""
                ha4j 0.1.0  pid 4711  up 1 min 15 s  /etc/keepalived/keepalived.conf  router_id node1
                hot restart  /run/ha4j/restart.sock  from process 4700: 10.77.0.100:80

                VI_1: BACKUP for 1 min 14 s (10.77.0.1 advertises priority 150)
                  interface eth0  virtual_router_id 51  priority 100 (now 80)  version 3  advert_int 0.1 s  nopreempt  from 10.77.0.2
                  addresses  10.77.0.100/24 dev vrrp.51, 10.77.0.101/32 dev eth1 label eth1:vip scope link (not held)
                  excluded   2001:db8::7/64 dev vrrp.51
                  MAC        00:00:5e:00:01:33 on vrrp.51  (advertisements from eth0)
                  accept     no: packets to the addresses are dropped
                  routes     10.1.0.0/16 via 10.77.0.1
                  sync group gw
                  lease      kernel guard, 300 ms
                  drain      30 s: 12 connections left, for 25 s at most
                  active     10.77.0.1  priority 150  version 3  advert_int 0.1 s
                  deaths     noticed at once  port 7112  connected 10.77.0.1  rank 1  lostConnections 1
                  delay      4.25 s left before it may take over
                  check      chk_web: DOWN (exit code 1)  weight -20  priority -20
                  check      eth1: up (up)  weight 0 reverse  keeps the node out
                  mismatch   address list of 10.77.0.1: it advertises [10.77.0.101], this node has [10.77.0.100] (12 times, last 1 min 13 s ago)
                  counters   rcvdAdvertisements 740  vrIdErrors 2

                IP Virtual Server (ha4j 0.1.0, relay)
                Prot LocalAddress:Port Scheduler Flags
                  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn  State
                TCP  10.77.0.100:80 wrr persistent 360  not listening (VI_1 is not active)
                  -> 10.77.0.11:8080              Relay   3      3          0          UP (at most 50) (weight 5 configured)  http: GET /: status 200
                  -> 10.77.0.12:8080              Relay   1      0          0          DOWN (backup)  tcp: connection refused
                     connect 3 s  idle 3600 s  half-closed no limit  connections 3 of 100  per source any  per second 200  queued 1 of 1000
                     eject after 5 failures for 10 s, at most 50 %; fail open below 0 %
                     PROXY header from 10.0.0.0/8, 2001:db8::/32 within 3 s
                     source 10.77.0.5
                     app.example:8080 is 10.77.0.12:8080  as it was: the name cannot be resolved
                     clients stay for 360 s, as /24 or /128  remembered 7 of 100000
                     ha4j-lb-epoll-1 to 2: connections 2 1  in all 7 5
                     accepted 12  wait for slow readers: 64 KiB  dropped by the kernel, queue full: 7  ended: closed 9
                """);
    }

    @Test
    void survivesTheWayThroughJson() {
        assertThat(StatusJson.read(StatusJson.write(STATUS))).isEqualTo(STATUS);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "1250, 1.3 s",
        "59999, 60.0 s",
        "60000, 1 min 0 s",
        "3600000, 1 h 0 min",
        "90000000, 1 d 1 h",
        "-5, 0.0 s"
    })
    void agesAreShort(long millis, String text) {
        assertThat(StatusTable.age(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
