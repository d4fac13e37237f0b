package io.ha4j.lb;

import io.ha4j.UdpCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One datagram; an ICMP error comes back as an error of the connected socket. */
@SuppressWarnings("FutureReturnValueIgnored") // of a write: what fails ends in exceptionCaught
final class UdpDialogue extends Dialogue {
    private static final int LONGEST = 65535;
    private static final int RANDOM_LENGTH = 64;

    private final UdpCheck check;

    UdpDialogue(Attempt attempt, UdpCheck check) {
        super(attempt, null);
        this.check = check;
    }

    @Override
    String subject() {
        return "UDP";
    }

    @Override
    boolean isDatagram() {
        return true;
    }

    @Override
    void prepare(Channel channel) {
        UdpCheck.Reply reply = check.reply();
        int longest = Math.min(LONGEST, reply == null ? 1 : reply.maxLength() + 1);
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(longest));
        channel.pipeline().addLast(this);
    }

    @Override
    void open(Channel channel) {
        attempt().expect(check.reply() == null ? "silence or a reply" : "a reply");
        channel.writeAndFlush(channel.alloc().buffer().writeBytes(payload()));
    }

    private byte[] payload() {
        if (!check.payload().isEmpty()) {
            return HexFormat.of().parseHex(check.payload());
        }
        byte[] random = new byte[RANDOM_LENGTH]; // an empty datagram is one that Netty does not send
        ThreadLocalRandom.current().nextBytes(random);
        return random;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        try {
            if (!attempt().hasEnded()) {
                judge(check.reply(), packet.content());
            }
        } finally {
            packet.release();
        }
    }

    private void judge(UdpCheck.@Nullable Reply reply, ByteBuf content) {
        int length = content.readableBytes();
        if (reply == null) {
            attempt().succeed("a reply");
        } else if (length < reply.minLength() || length > reply.maxLength()) {
            String is = length > reply.maxLength() ? "more than " + reply.maxLength() : String.valueOf(length);
            attempt()
                    .fail("a reply of " + is + " bytes, but expected " + reply.minLength() + " to "
                            + reply.maxLength());
        } else if (!matches(reply.pattern(), ByteBufUtil.hexDump(content))) {
            attempt()
                    .fail("a reply of " + Plain.text(ByteBufUtil.hexDump(content)) + ", but expected "
                            + Plain.text(reply.pattern()));
        } else {
            attempt().succeed("a reply of " + length + " bytes");
        }
    }

    private static boolean matches(String pattern, String hex) {
        for (int i = 0; i < Math.min(pattern.length(), hex.length()); i++) {
            if (pattern.charAt(i) != 'x' && pattern.charAt(i) != hex.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    void timedOut(String within) {
        if (check.reply() == null) {
            attempt().succeed("no error" + within);
        } else {
            super.timedOut(within);
        }
    }
}
