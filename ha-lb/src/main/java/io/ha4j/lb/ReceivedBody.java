package io.ha4j.lb;

import io.ha4j.ExpectedBody;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The body of an answer as it comes, measured by what it is to be. One thread at a time. */
final class ReceivedBody {
    private final ExpectedBody expected;
    private final int most;
    private final @Nullable MessageDigest digest;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private int length;

    /** @param most how many bytes are accepted */
    ReceivedBody(ExpectedBody expected, int most) {
        this.expected = expected;
        this.most = most;
        digest = expected.digest() == null ? null : digest(expected.digest().algorithm());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    /** False when it is too long. */
    boolean add(ByteBuf part) {
        length += part.readableBytes();
        if (length > most) {
            return false;
        }
        byte[] bytes = new byte[part.readableBytes()];
        part.readBytes(bytes);
        if (digest != null) {
            digest.update(bytes);
        }
        if (expected.match() != null) {
            text.writeBytes(bytes);
        }
        return true;
    }

    /** What is wrong with the digest of all of it; null for nothing. To be asked once. */
    @Nullable
    String wrongDigest() {
        ExpectedBody.Digest wanted = expected.digest();
        if (digest == null || wanted == null) {
            return null;
        }
        String is = HexFormat.of().formatHex(digest.digest());
        return is.equals(wanted.hex()) ? null : wanted.algorithm() + " " + is + ", but expected " + wanted.hex();
    }

    ExpectedBody.@Nullable Match match() {
        return expected.match();
    }

    /**
     * What is wrong with the text; null for nothing. Takes no longer than the deadline, whatever the expression.
     *
     * @param deadlineNanos in terms of {@link System#nanoTime()}
     */
    @Nullable
    String mismatch(ExpectedBody.Match match, long deadlineNanos) {
        String all = text.toString(StandardCharsets.UTF_8);
        boolean found;
        try {
            Matcher matcher = Pattern.compile(match.regex(), match.flags()).matcher(new TimedText(all, deadlineNanos));
            found = match.from() <= all.length() && matcher.find(match.from()) && matcher.start() <= match.to();
        } catch (TimedText.TimeUp | StackOverflowError e) {
            return "body cannot be searched for /" + Plain.text(match.regex()) + "/: "
                    + (e instanceof TimedText.TimeUp ? "it takes too long" : "it needs too much stack");
        }
        if (found != match.absent()) {
            return null;
        }
        return "body " + (found ? "matches /" : "does not match /") + Plain.text(match.regex()) + "/";
    }
}
