package io.ha4j.vrrp;

import io.ha4j.HaException;
import io.ha4j.spi.AddressOwner;

/**
 * The addresses port of the state machine. The kernel may refuse; the election goes on nevertheless: what could not be
 * added is tried again with each renewal, what could not be removed expires with its lease.
 */
final class OwnedAddresses implements VrrpStateMachine.Addresses {
    private final AddressOwner owner;
    private final GroupEvents events;

    private boolean taken; // all of them, and the event was raised

    OwnedAddresses(AddressOwner owner, GroupEvents events) {
        this.owner = owner;
        this.events = events;
    }

    boolean held() {
        return owner.held();
    }

    @Override
    public void take() {
        if (succeeds(owner::take)) {
            taken = true;
            events.addressesTaken();
        }
    }

    @Override
    public void renew() {
        if (taken) {
            try {
                owner.renew();
            } catch (HaException e) {
                events.addressFailed(e);
            }
        } else if (succeeds(owner::renew)) {
            taken = true;
            announce();
            events.addressesTaken();
        }
    }

    @Override
    public void announce() {
        succeeds(owner::announce);
    }

    @Override
    public void release() {
        taken = false;
        if (succeeds(owner::release)) {
            events.addressesReleased();
        }
    }

    void close() {
        succeeds(owner::close);
    }

    private boolean succeeds(Runnable action) {
        try {
            action.run();
            return true;
        } catch (HaException e) {
            events.addressFailed(e);
            return false;
        }
    }
}
