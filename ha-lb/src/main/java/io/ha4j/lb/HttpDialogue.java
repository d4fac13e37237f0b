package io.ha4j.lb;

import io.ha4j.ExpectedBody;
import io.ha4j.HttpCheck;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One request, one answer. */
@SuppressWarnings("FutureReturnValueIgnored") // of a write: what fails ends in exceptionCaught or channelInactive
final class HttpDialogue extends Dialogue {
    private final HttpCheck check;
    private final InetSocketAddress remote;
    private @Nullable ReceivedBody body;
    private String status = "";
    private boolean interim; // within an answer that only announces another

    HttpDialogue(Attempt attempt, HttpCheck check, @Nullable TlsClient tls, InetSocketAddress remote) {
        super(attempt, tls);
        this.check = check;
        this.remote = remote;
    }

    @Override
    String subject() {
        return check.method() + " " + Plain.text(check.path());
    }

    @Override
    void prepare(Channel channel) {
        super.prepare(channel);
        channel.pipeline().addLast(new HttpClientCodec()).addLast(this);
    }

    @Override
    void open(Channel channel) {
        attempt().expect("a status");
        boolean old = check.version() != HttpCheck.Version.HTTP_1_1;
        FullHttpRequest request = new DefaultFullHttpRequest(
                old ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1, HttpMethod.valueOf(check.method()), check.path());
        String host = check.host();
        request.headers()
                .set(HttpHeaderNames.HOST, host == null ? HostPort.text(remote) : host)
                .set(HttpHeaderNames.USER_AGENT, "ha4j");
        if (check.version() != HttpCheck.Version.HTTP_1_0) {
            request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        channel.writeAndFlush(request);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!attempt().hasEnded() && message instanceof HttpObject part) {
                read(part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(HttpObject part) {
        DecoderResult decoded = part.decoderResult();
        if (decoded.isFailure()) {
            attempt()
                    .fail("not an HTTP answer: "
                            + Plain.text(String.valueOf(decoded.cause().getMessage())));
            return;
        }
        if (part instanceof HttpResponse response) {
            interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                    && response.status().code() != 101;
            if (!interim) {
                readStatus(response.status().code());
            }
        }
        ReceivedBody received = body;
        if (interim || received == null) {
            interim = interim && !(part instanceof LastHttpContent);
        } else if (part instanceof HttpContent content && !attempt().hasEnded()) {
            if (!received.add(content.content())) {
                attempt().fail("body longer than " + check.maxBody() + " bytes");
            } else if (content instanceof LastHttpContent) {
                judge(received);
            }
        }
    }

    private void readStatus(int code) {
        status = "status " + code;
        ExpectedBody expected = check.body();
        if (check.statuses().stream().noneMatch(range -> range.first() <= code && code <= range.last())) {
            attempt()
                    .fail(status + ", but expected "
                            + check.statuses().stream()
                                    .map(HttpCheck.StatusRange::toString)
                                    .collect(Collectors.joining(", ")));
        } else if (expected == null) {
            attempt().succeed(status + secured());
        } else {
            attempt().expect("the end of the body");
            body = new ReceivedBody(expected, check.maxBody());
        }
    }

    private void judge(ReceivedBody received) {
        String wrong = received.wrongDigest();
        if (wrong != null) {
            attempt().fail(wrong);
            return;
        }
        ExpectedBody.Match match = received.match();
        if (match == null) {
            attempt().succeed(status + ", body as expected" + secured());
            return;
        }
        complete();
        attempt().expect("the end of the search for /" + Plain.text(match.regex()) + "/");
        long deadline = attempt().deadlineNanos();
        CheckThreads.executor().execute(() -> {
            String mismatch = received.mismatch(match, deadline);
            attempt().later(() -> {
                if (mismatch == null) {
                    attempt().succeed(status + ", body as expected" + secured());
                } else {
                    attempt().fail(mismatch);
                }
            });
        });
    }
}
