package io.ha4j.lb;

import io.ha4j.SmtpCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Greeting, HELO, QUIT. */
@SuppressWarnings("FutureReturnValueIgnored") // of a write: what fails ends in exceptionCaught or channelInactive
final class SmtpDialogue extends Dialogue {
    private static final int LONGEST_LINE = 1000; // RFC 5321 §4.5.3.1: replies have 512, and servers do not keep to it

    private enum Step {
        GREETING("220", "a greeting"),
        HELO("250", "an answer to HELO"),
        QUIT("221", "an answer to QUIT");

        private final String code;
        private final String expected;

        Step(String code, String expected) {
            this.code = code;
            this.expected = expected;
        }
    }

    private final SmtpCheck check;
    private Step step = Step.GREETING;

    SmtpDialogue(Attempt attempt, SmtpCheck check) {
        super(attempt, null);
        this.check = check;
    }

    @Override
    String subject() {
        return "SMTP";
    }

    @Override
    void prepare(Channel channel) {
        channel.pipeline().addLast(new LineBasedFrameDecoder(LONGEST_LINE)).addLast(this);
    }

    @Override
    void open(Channel channel) {
        attempt().expect(step.expected);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf line = (ByteBuf) message;
        String text = line.toString(StandardCharsets.ISO_8859_1);
        line.release();
        if (attempt().hasEnded()) {
            return;
        }
        if (!text.matches("[2-5][0-9]{2}([ -].*)?")) {
            attempt().fail("'" + Plain.text(text) + "', but expected " + step.expected);
        } else if (text.length() == 3 || text.charAt(3) == ' ') { // else more lines follow
            reply(context.channel(), text);
        }
    }

    private void reply(Channel channel, String text) {
        if (!text.startsWith(step.code)) {
            attempt()
                    .fail(step.expected.replaceFirst("^an? ", "") + " is '" + Plain.text(text) + "', but expected "
                            + step.code);
            return;
        }
        switch (step) {
            case GREETING -> say(channel, Step.HELO, "HELO " + name(channel));
            case HELO -> say(channel, Step.QUIT, "QUIT");
            case QUIT -> attempt().succeed("greets and takes HELO");
        }
    }

    private void say(Channel channel, Step next, String command) {
        step = next;
        attempt().expect(next.expected);
        channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), command + "\r\n"));
    }

    private String name(Channel channel) {
        String name = check.heloName();
        if (name != null) {
            return name;
        }
        // RFC 5321 §4.1.3: an address literal, where there is no name
        InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        String address = local.getAddress().getHostAddress().replaceFirst("%.*", "");
        return "[" + (local.getAddress() instanceof Inet6Address ? "IPv6:" : "") + address + "]";
    }
}
