package io.ha4j.standalone.conf;

import io.ha4j.VirtualAddress;
import io.ha4j.VirtualMac;
import io.ha4j.spi.IpText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks for what cannot be seen in one block: things that are in the file twice or stand in each other's way. */
final class Consistency {
    private final Problems problems;

    Consistency(Problems problems) {
        this.problems = problems;
    }

    void check(List<VrrpInstance> instances, List<VirtualServer> servers) {
        checkRouterIds(instances);
        checkAddresses(instances);
        checkVirtualMacs(instances);
        checkServers(servers);
        checkAccepted(instances, servers);
    }

    private void checkVirtualMacs(List<VrrpInstance> instances) {
        Map<String, VrrpInstance> seen = new HashMap<>();
        for (VrrpInstance instance : instances) {
            VirtualMac mac = instance.router().virtualMac();
            if (mac != null) {
                boolean ipv6 = !instance.addresses().get(0).isIpv4();
                String name = mac.interfaceName(instance.router().id(), ipv6);
                VrrpInstance before = seen.putIfAbsent(name, instance);
                if (before != null) {
                    problems.error(
                            instance.line(),
                            "the interface of use_vmac of vrrp_instance " + instance.name() + " and vrrp_instance "
                                    + before.name() + " of line " + before.line() + " would both be " + name
                                    + ": give one a name, use_vmac NAME");
                }
            }
        }
    }

    private void checkAccepted(List<VrrpInstance> instances, List<VirtualServer> servers) {
        for (VrrpInstance instance : instances) {
            if (instance.router().acceptMode() || instance.router().isOwner()) {
                continue;
            }
            for (VirtualServer server : servers) {
                if (instance.addresses().stream()
                        .anyMatch(address ->
                                address.address().equals(server.address().getAddress()))) {
                    problems.warning(
                            server.line(),
                            "virtual_server " + text(server) + " gets no connections: vrrp_instance " + instance.name()
                                    + " of line " + instance.line() + " has no_accept");
                }
            }
        }
    }

    private void checkRouterIds(List<VrrpInstance> instances) {
        Map<String, VrrpInstance> seen = new HashMap<>();
        for (VrrpInstance instance : instances) {
            int id = instance.router().id();
            boolean ipv4 = instance.addresses().get(0).isIpv4(); // the families are independent: RFC 9568 §1.2
            String interfaceName = instance.router().interfaceName();
            VrrpInstance before = seen.putIfAbsent(interfaceName + " " + id + " " + ipv4, instance);
            if (before != null) {
                problems.error(
                        instance.line(),
                        "virtual_router_id " + id + " of vrrp_instance " + instance.name() + " is taken on "
                                + interfaceName + " by vrrp_instance " + before.name() + " of line " + before.line());
            }
        }
    }

    private void checkAddresses(List<VrrpInstance> instances) {
        Map<String, VrrpInstance> seen = new HashMap<>();
        for (VrrpInstance instance : instances) {
            for (VirtualAddress address : instance.addresses()) {
                VrrpInstance before = seen.putIfAbsent(key(address, instance), instance);
                if (before != null) {
                    problems.error(
                            instance.line(),
                            "virtual address " + IpText.of(address.address()) + " of vrrp_instance "
                                    + instance.name() + " is given twice"
                                    + (before.line() == instance.line()
                                            ? ""
                                            : ": vrrp_instance " + before.name() + " has it, too"));
                }
            }
        }
    }

    /** A link-local address is another one on another link (RFC 4007 §6). */
    private static String key(VirtualAddress address, VrrpInstance instance) {
        String own = address.interfaceName();
        String text = IpText.of(address.address());
        return address.isIpv4() || !address.address().isLinkLocalAddress()
                ? text
                : text + "%" + (own == null ? instance.router().interfaceName() : own);
    }

    private void checkServers(List<VirtualServer> servers) {
        Map<VirtualServer.Service, Integer> seen = new HashMap<>();
        Map<List<Object>, VirtualServer> everywhere = new HashMap<>();
        for (VirtualServer server : servers) {
            Integer before = seen.putIfAbsent(server.service(), server.line());
            if (before != null) {
                problems.error(server.line(), "virtual_server " + text(server) + " is in line " + before + " already");
            }
            if (server.address().getAddress().isAnyLocalAddress()) {
                everywhere.put(List.of(server.protocol(), server.address().getPort()), server);
            }
        }
        for (VirtualServer server : servers) {
            VirtualServer other =
                    everywhere.get(List.of(server.protocol(), server.address().getPort()));
            if (other != null && !other.address().equals(server.address())) {
                problems.error(
                        server.line(),
                        "virtual_server " + text(server) + " cannot listen beside virtual_server " + text(other)
                                + " of line " + other.line());
            }
        }
    }

    private static String text(VirtualServer server) {
        return server.address().getAddress().getHostAddress() + " "
                + server.address().getPort();
    }
}
