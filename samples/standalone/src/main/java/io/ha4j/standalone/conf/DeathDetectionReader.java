package io.ha4j.standalone.conf;

import io.ha4j.DeathDetection;
import io.ha4j.VirtualRouter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.jspecify.annotations.Nullable;

/** Reads {@code death_detection { port NUMBER secret WORD }}, or {@code secret_file PATH}, of an {@code ha4j} block. */
final class DeathDetectionReader {
    private static final int FILE_MAX = 4096;

    private final Problems problems;
    private final Values values;
    private @Nullable DeathDetection detection;
    private @Nullable Integer port;
    private @Nullable String secret;
    private @Nullable Statement secretLine;
    private boolean sound = true;

    DeathDetectionReader(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    Block addTo(Block block) {
        return block.onBlock("death_detection", this::readDetection);
    }

    /** Whether what was read is sound. */
    boolean isSound() {
        return sound;
    }

    void apply(VirtualRouter.Builder router) {
        if (detection != null) {
            router.deathDetection(detection.port(), detection.secret());
        }
    }

    private void readDetection(Statement block) {
        sound &= values.nothing(block);
        new Block(block, ExtensionReader.OURS, problems)
                .on("port", line -> {
                    port = values.integer(line, 1, 65535);
                    sound &= port != null;
                })
                .on("secret", line -> secret(line, values.word(line)))
                .on("secret_file", line -> secret(line, fromFile(line)))
                .read();
        if (port == null && sound) {
            wrong(block, "death_detection has no port");
        } else if (secretLine == null && sound) {
            wrong(block, "death_detection has no secret and no secret_file");
        }
        if (sound && port != null && secret != null) {
            try {
                detection = new DeathDetection(port, secret);
            } catch (IllegalArgumentException e) {
                wrong(secretLine == null ? block : secretLine, String.valueOf(e.getMessage()));
            }
        }
    }

    private void secret(Statement line, @Nullable String text) {
        if (secretLine != null) {
            wrong(line, line.keyword() + " contradicts " + secretLine.keyword() + " of line " + secretLine.line());
        }
        secretLine = line;
        secret = text;
        sound &= text != null;
    }

    /** Without the end of the last line. */
    private @Nullable String fromFile(Statement line) {
        String word = values.word(line);
        if (word == null) {
            return null;
        }
        try {
            Path file = Path.of(word);
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                return wrong(line, "secret_file " + word + " can be read by everybody: chmod o-r " + word);
            }
            if (!Files.isRegularFile(file) || Files.size(file) > FILE_MAX) {
                return wrong(line, "secret_file " + word + " must be a file of at most " + FILE_MAX + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString()
                    .replaceFirst("\\R$", "");
        } catch (NoSuchFileException e) {
            return wrong(line, "secret_file " + word + " does not exist");
        } catch (CharacterCodingException e) {
            return wrong(line, "secret_file " + word + " is not text in UTF-8");
        } catch (IOException | IllegalArgumentException e) {
            return wrong(line, "secret_file " + word + " cannot be read: " + e);
        }
    }

    private @Nullable String wrong(Statement line, String message) {
        sound = false;
        problems.error(line.line(), message);
        return null;
    }
}
