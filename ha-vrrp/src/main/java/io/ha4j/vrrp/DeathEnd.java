package io.ha4j.vrrp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection of {@link DeathFrame}s: bytes in, bytes out, no clock and no socket. It holds at most one frame,
 * and ends with the first that is wrong.
 */
abstract class DeathEnd {
    /** Where the frames go; it may be told to send while it hands over what was received. */
    interface Output {
        void send(ByteBuffer frame);
    }

    /** Why it does not go on. */
    enum Refusal {
        /** Not what this protocol looks like. */
        MALFORMED,
        /** Another secret, another group, something that was said before, or a changed byte. */
        UNPROVEN
    }

    private static final int LONGEST = 128;

    private final Output output;
    private final byte[] frame = new byte[LONGEST];
    private int filled;
    private boolean over;

    private SharedSecret.@Nullable Tags own;
    private SharedSecret.@Nullable Tags others;

    DeathEnd(Output output) {
        this.output = output;
    }

    /** A frame of the right length. Its payload is to be read before the next call. */
    abstract void handle(DeathFrame type, ByteBuffer payload);

    abstract void refused(Refusal refusal, String detail);

    /** Takes what has arrived, all of it unless it is over. */
    final void received(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !over) {
            frame[filled++] = bytes.get();
            if (filled < DeathFrame.HEADER) {
                continue;
            }
            int code = frame[0] & 0xff;
            int length = frame[1] & 0xff;
            DeathFrame type = DeathFrame.of(code, length);
            if (type == null) {
                refuse(Refusal.MALFORMED, "frame of type " + code + " with " + length + " bytes");
            } else if (filled == DeathFrame.HEADER + length) {
                filled = 0;
                handle(type, ByteBuffer.wrap(frame, DeathFrame.HEADER, length));
            }
        }
    }

    final void refuse(Refusal refusal, String detail) {
        if (!over) {
            over = true;
            refused(refusal, detail);
        }
    }

    final void unexpected(DeathFrame type) {
        refuse(Refusal.MALFORMED, type + " at the wrong time");
    }

    /** Nothing that arrives from now on counts. */
    final void end() {
        over = true;
    }

    final void send(ByteBuffer complete) {
        output.send(complete.flip());
    }

    final void tagWith(SharedSecret.Tags own, SharedSecret.Tags others) {
        this.own = own;
        this.others = others;
    }

    final boolean isJoined() {
        return others != null && !over;
    }

    /** Sends what lacks only its tag. */
    final void sendTagged(ByteBuffer frame) {
        SharedSecret.Tags tags = own;
        if (tags != null && !over) {
            send(frame.put(tags.next(bytes(frame.duplicate().flip()))));
        }
    }

    /** Whether the tag behind what was read of the frame is right; refuses it if not. */
    final boolean tagged(ByteBuffer payload) {
        SharedSecret.Tags tags = others;
        if (tags != null) {
            byte[] tag = Arrays.copyOfRange(frame, payload.position(), payload.limit());
            if (SharedSecret.same(tag, tags.next(Arrays.copyOf(frame, payload.position())))) {
                return true;
            }
        }
        refuse(Refusal.UNPROVEN, "a frame with a wrong tag");
        return false;
    }

    /** Says that the end is an orderly one, if the other side knows who says so. */
    final void bye() {
        sendTagged(DeathFrame.BYE.begin());
        end();
    }

    private static byte[] bytes(ByteBuffer from) {
        return bytes(from, from.remaining());
    }

    static byte[] bytes(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
