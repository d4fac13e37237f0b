package io.ha4j.linux;

import io.ha4j.AddressLease;
import io.ha4j.ConnectionDrain;
import io.ha4j.VirtualAddress;
import io.ha4j.VirtualRoute;
import io.ha4j.spi.AddressOwner;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** Passes everything on. */
abstract class ForwardingAddresses implements AddressOwner, Resource {
    private final AddressOwner owner;
    private boolean open = true;

    ForwardingAddresses(AddressOwner owner) {
        this.owner = owner;
    }

    @Override
    public void take() {
        owner.take();
    }

    @Override
    public void takeFrom(InetAddress predecessor) {
        owner.takeFrom(predecessor);
    }

    @Override
    public boolean drain(DrainListener listener) {
        return owner.drain(listener);
    }

    @Override
    public ConnectionDrain connectionDrain() {
        return owner.connectionDrain();
    }

    @Override
    public void renew() {
        owner.renew();
    }

    @Override
    public void announce() {
        owner.announce();
    }

    @Override
    public void release() {
        owner.release();
    }

    @Override
    public void change(List<VirtualAddress> addresses) {
        owner.change(addresses);
    }

    @Override
    public void changeRoutes(List<VirtualRoute> routes) {
        owner.changeRoutes(routes);
    }

    @Override
    public List<VirtualRoute> routes() {
        return owner.routes();
    }

    @Override
    public Map<String, Long> counters() {
        return owner.counters();
    }

    @Override
    public boolean held() {
        return owner.held();
    }

    @Override
    public AddressLease lease() {
        return owner.lease();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            owner.close();
            closed();
        }
    }

    /** When the addresses are given back, once. */
    abstract void closed();
}
