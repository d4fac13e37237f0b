package io.ha4j.relay;

import io.ha4j.Backend;
import io.ha4j.LoadBalancer;
import io.ha4j.Transport;

/** Our contestant: the address and port to listen at, those of the backend, the transport. */
public final class RelayServer {
    private RelayServer() {}

    public static void main(String[] args) {
        LoadBalancer balancer = LoadBalancer.builder("ours")
                .listen(args[0], Integer.parseInt(args[1]))
                .backend(Backend.of(args[2], Integer.parseInt(args[3])))
                .transport(Transport.valueOf(args[4]))
                .start();
        System.out.println("ready on " + balancer.snapshot().transport());
    }
}
