package io.ha4j.it;

import io.ha4j.ChecksumForm;
import io.ha4j.HaGroup;
import io.ha4j.VirtualRouter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A node whose checksum leaves the pseudo-header out. Arguments: the virtual router's id and address. */
final class MessageOnlyNode {
    private MessageOnlyNode() {}

    public static void main(String[] args) throws InterruptedException {
        VirtualRouter router = VirtualRouter.on("eth0")
                .id(Integer.parseInt(args[0]))
                .priority(150)
                .advertisementInterval(Duration.ofMillis(300))
                .checksum(ChecksumForm.MESSAGE_ONLY)
                .build();
        HaGroup group = HaGroup.builder("VI_1")
                .election(router)
                .address(args[1])
                .onEvent(System.out::println)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(group::close));
        new CountDownLatch(1).await();
    }
}
