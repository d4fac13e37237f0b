package io.ha4j.lb;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.LineEncoder;
import io.netty.handler.codec.string.LineSeparator;
import io.netty.handler.codec.string.StringDecoder;
import java.nio.charset.StandardCharsets;

/** The words that two processes exchange: lines of text. Descriptors pass beside them. */
final class Lines {
    static final String HELLO = "ha4j hot restart 1";
    static final String LISTENERS = "listeners";
    static final String SEND = "send";
    static final String READY = "ready";
    static final String GOING = "going";
    static final String DONE = "done";
    static final String REFUSED = "refused";

    private static final int MAX_LINE = 512;

    private Lines() {}

    static ChannelPipeline addTo(ChannelPipeline pipeline) {
        return pipeline.addLast(new LineBasedFrameDecoder(MAX_LINE))
                .addLast(new StringDecoder(StandardCharsets.UTF_8))
                .addLast(new LineEncoder(LineSeparator.UNIX, StandardCharsets.UTF_8));
    }
}
