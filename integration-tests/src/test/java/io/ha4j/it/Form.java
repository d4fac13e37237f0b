package io.ha4j.it;

/** The forms of VRRP that both ha4j and keepalived speak. */
enum Form {
    V2(2),
    V2_PASS(2),
    V3(3),
    V3_IPV6(3),
    V2_UNICAST(2),
    V3_UNICAST(3),
    V3_IPV6_UNICAST(3);

    final int version;

    Form(int version) {
        this.version = version;
    }

    boolean isIpv6() {
        return name().contains("IPV6");
    }

    boolean isUnicast() {
        return name().contains("UNICAST");
    }
}
