package io.ha4j.lb;

import io.ha4j.DnsCheck;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** One question in one datagram; of the answer only the header counts (RFC 1035 §4.1.1). */
@SuppressWarnings("FutureReturnValueIgnored") // of a write: what fails ends in exceptionCaught
final class DnsDialogue extends Dialogue {
    private static final int HEADER = 12;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int CLASS_IN = 1;
    private static final String[] CODES = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};

    private final DnsCheck check;
    private final int id = ThreadLocalRandom.current().nextInt(0x10000);

    DnsDialogue(Attempt attempt, DnsCheck check) {
        super(attempt, null);
        this.check = check;
    }

    @Override
    String subject() {
        return "DNS " + check.type() + " " + check.domain();
    }

    @Override
    boolean isDatagram() {
        return true;
    }

    @Override
    void prepare(Channel channel) {
        channel.pipeline().addLast(this);
    }

    @Override
    void open(Channel channel) {
        attempt().expect("an answer");
        ByteBuf question = channel.alloc().buffer();
        question.writeShort(id).writeShort(RECURSION_DESIRED).writeShort(1).writeZero(6);
        for (String label : check.domain().split("\\.")) { // none for the root
            question.writeByte(label.length()).writeCharSequence(label, StandardCharsets.US_ASCII);
        }
        question.writeByte(0).writeShort(check.type().number()).writeShort(CLASS_IN);
        channel.writeAndFlush(question);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        ByteBuf answer = packet.content();
        try {
            // Anything else is no answer to this question: it may have been forged, or be late.
            if (answer.readableBytes() >= HEADER
                    && answer.getUnsignedShort(0) == id
                    && (answer.getUnsignedByte(2) & 0x80) != 0) {
                judge(answer.getUnsignedByte(3) & 0x0f, answer.getUnsignedShort(6));
            }
        } finally {
            packet.release();
        }
    }

    private void judge(int code, int answers) {
        String name = code < CODES.length ? CODES[code] : "RCODE " + code;
        if (code == 0) {
            attempt().succeed(name + ", " + answers + " in the answer");
        } else {
            attempt().fail(name + ", but expected NOERROR");
        }
    }
}
