package io.ha4j.vrrp;

import static io.ha4j.vrrp.Bytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of a connection, and what a third one says instead of either. */
class DeathProtocolTest {
    private static final InetAddress ACTIVE = ip("10.77.0.1");
    private static final InetAddress BACKUP = ip("10.77.0.2");
    private static final byte[] ACTIVE_NONCE = nonce(0xa0);
    private static final byte[] BACKUP_NONCE = nonce(0xb0);

    private final List<String> said = new ArrayList<>(); // what the ends have told those above them
    private final List<byte[]> fromActive = new ArrayList<>();
    private final List<byte[]> fromBackup = new ArrayList<>();
    private final ActiveEnd active = active(new SharedSecret("correct horse battery staple"), ACTIVE_NONCE);
    private final BackupEnd backup = backup("correct horse battery staple", 51);

    private static byte[] nonce(int first) {
        byte[] nonce = new byte[SharedSecret.LENGTH];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) (first + i);
        }
        return nonce;
    }

    private static byte[] bytes(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private ActiveEnd active(SharedSecret secret, byte[] nonce) {
        return new ActiveEnd(ACTIVE, BACKUP, nonce, frame -> fromActive.add(bytes(frame)), new ActiveEnd.Listener() {
            @Override
            public @Nullable SharedSecret secret(int virtualRouterId) {
                return virtualRouterId == 51 ? secret : null;
            }

            @Override
            public void joined(ActiveEnd end, int virtualRouterId, Standing standing) {
                said.add("active joined " + virtualRouterId + " " + standing);
            }

            @Override
            public void stands(ActiveEnd end, Standing standing) {
                said.add("stands " + standing);
            }

            @Override
            public void saidBye(ActiveEnd end) {
                said.add("backup said bye");
            }

            @Override
            public void refused(ActiveEnd end, DeathEnd.Refusal refusal, String detail) {
                said.add("active: " + refusal + ": " + detail);
            }
        });
    }

    private BackupEnd backup(String secret, int id) {
        return new BackupEnd(
                new SharedSecret(secret),
                new SharedSecret.Subject(id, ACTIVE, BACKUP),
                BACKUP_NONCE,
                new Standing(100, true),
                frame -> fromBackup.add(bytes(frame)),
                new BackupEnd.Listener() {
                    @Override
                    public void alive() {
                        said.add("alive");
                    }

                    @Override
                    public void joined() {
                        said.add("backup joined");
                    }

                    @Override
                    public void told(Succession succession) {
                        said.add("told " + succession);
                    }

                    @Override
                    public void saidBye() {
                        said.add("active said bye");
                    }

                    @Override
                    public void refused(DeathEnd.Refusal refusal, String detail) {
                        said.add("backup: " + refusal + ": " + detail);
                    }
                });
    }

    private void carry(BackupEnd backup) {
        while (!fromActive.isEmpty() || !fromBackup.isEmpty()) {
            List<byte[]> forBackup = List.copyOf(fromActive);
            List<byte[]> forActive = List.copyOf(fromBackup);
            fromActive.clear();
            fromBackup.clear();
            forBackup.forEach(frame -> backup.received(ByteBuffer.wrap(frame)));
            forActive.forEach(frame -> active.received(ByteBuffer.wrap(frame)));
        }
    }

    private void join() {
        active.challenge();
        carry(backup);
        assertThat(said)
                .containsExactly("alive", "active joined 51 Standing[priority=100, eligible=true]", "backup joined");
        said.clear();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The tags and proofs were computed with Python's hmac. */
    @Test
    void goldenBytes() {
        active.challenge();
        byte[] challenge = fromActive.remove(0);
        assertThat(hex(challenge))
                .isEqualTo(
                        "01" // CHALLENGE
                                + "25" // 37 bytes
                                + "4841344a" // HA4J
                                + "01" // version
                                + hex(ACTIVE_NONCE));
        backup.received(ByteBuffer.wrap(challenge));
        byte[] hello = fromBackup.remove(0);
        assertThat(hex(hello))
                .isEqualTo(
                        "02" // HELLO
                                + "44" // 68 bytes
                                + "33" // virtual router id
                                + "04" // IPv4
                                + hex(BACKUP_NONCE)
                                + "64" // priority
                                + "01" // eligible
                                + "fb986f01e490dec8ba283001885a9b5d205eff62e80272677728a99f19f344de");
        active.received(ByteBuffer.wrap(hello));
        byte[] welcome = fromActive.remove(0);
        assertThat(hex(welcome))
                .isEqualTo(
                        "03" // WELCOME
                                + "20" // 32 bytes
                                + "074706425f4b3c9af4a74678c07db04572eed7d0fcaf4298582ff67048afb2b8");
        backup.received(ByteBuffer.wrap(welcome));
        active.tell(new Succession(1, 2, true));
        assertThat(hex(fromActive.get(0)))
                .isEqualTo(
                        "04" // SUCCESSION
                                + "13" // 19 bytes
                                + "01" // rank
                                + "02" // of so many
                                + "01" // silent
                                + "dfe81fc5ad46f2f8c63438b5a48d8dfe");
        backup.stand(new Standing(90, false));
        assertThat(hex(fromBackup.get(0)))
                .isEqualTo(
                        "05" // STANDING
                                + "12" // 18 bytes
                                + "5a" // priority
                                + "00" // not eligible
                                + "46aa0cb4b7ebae8ee4711c66b53806f1");
        active.bye();
        assertThat(hex(fromActive.get(1)))
                .isEqualTo(
                        "06" // BYE
                                + "10" // 16 bytes
                                + "8cf2fb4afb440abb6d96a59c83e8e74b");
    }

    @Test
    void whatChangesIsToldOnce() {
        join();
        active.tell(new Succession(1, 1, true));
        active.tell(new Succession(1, 1, true));
        backup.stand(new Standing(120, true));
        backup.stand(new Standing(120, true));
        carry(backup);
        assertThat(said)
                .containsExactly(
                        "told Succession[rank=1, ranked=1, silent=true]",
                        "stands Standing[priority=120, eligible=true]");
    }

    @Test
    void afterAByeNothingCounts() {
        join();
        active.bye();
        active.tell(new Succession(1, 1, true));
        carry(backup);
        assertThat(said).containsExactly("active said bye");
        backup.received(ByteBuffer.wrap(new byte[] {9, 9, 9}));
        assertThat(said).hasSize(1);
    }

    @Test
    void anotherSecretIsRefused() {
        BackupEnd stranger = backup("incorrect horse battery staple", 51);
        active.challenge();
        carry(stranger);
        assertThat(said)
                .containsExactly(
                        "alive",
                        "active: UNPROVEN: it does not prove that it knows the secret of virtual router id 51");
    }

    @Test
    void anotherGroupIsRefused() {
        BackupEnd stranger = backup("correct horse battery staple", 52);
        active.challenge();
        carry(stranger);
        assertThat(said)
                .containsExactly(
                        "alive", "active: UNPROVEN: no group with death detection has virtual router id 52 here");
    }

    /** Who only listens to a backup's HELLO and returns it, or makes one up, does not pass for the active node. */
    @Test
    void anActiveNodeThatProvesNothingIsRefused() {
        active.challenge();
        backup.received(ByteBuffer.wrap(fromActive.get(0)));
        byte[] welcome = new byte[2 + SharedSecret.LENGTH];
        welcome[0] = 3;
        welcome[1] = SharedSecret.LENGTH;
        System.arraycopy(fromBackup.get(0), 38, welcome, 2, SharedSecret.LENGTH); // its own proof
        backup.received(ByteBuffer.wrap(welcome));
        assertThat(said).containsExactly("alive", "backup: UNPROVEN: it does not prove that it knows the secret");
    }

    @Test
    void aHelloThatWasHeardBeforeIsRefused() {
        active.challenge();
        backup.received(ByteBuffer.wrap(fromActive.get(0)));
        byte[] hello = fromBackup.get(0);
        ActiveEnd another = active(new SharedSecret("correct horse battery staple"), nonce(0xc0));
        another.challenge();
        another.received(ByteBuffer.wrap(hello));
        assertThat(said)
                .endsWith("active: UNPROVEN: it does not prove that it knows the secret of virtual router id 51");
    }

    @Test
    void aFrameThatWasHeardBeforeIsRefused() {
        join();
        active.tell(new Succession(1, 1, true));
        byte[] succession = fromActive.get(0);
        carry(backup);
        backup.received(ByteBuffer.wrap(succession));
        assertThat(said)
                .containsExactly(
                        "told Succession[rank=1, ranked=1, silent=true]", "backup: UNPROVEN: a frame with a wrong tag");
    }

    @Test
    void everyChangedByteIsNoticed() {
        join();
        active.tell(new Succession(1, 1, true));
        byte[] succession = fromActive.get(0);
        for (int i = 0; i < succession.length; i++) {
            said.clear();
            fromActive.clear();
            fromBackup.clear();
            ActiveEnd one = active(new SharedSecret("correct horse battery staple"), ACTIVE_NONCE);
            BackupEnd other = backup("correct horse battery staple", 51);
            one.challenge();
            other.received(ByteBuffer.wrap(fromActive.remove(0)));
            one.received(ByteBuffer.wrap(fromBackup.remove(0)));
            other.received(ByteBuffer.wrap(fromActive.remove(0)));
            byte[] changed = succession.clone();
            changed[i] ^= 4;
            other.received(ByteBuffer.wrap(changed));
            assertThat(said.get(said.size() - 1)).as("byte " + i).startsWith("backup: ");
        }
    }

    /** However the network cuts it; and what is not all there is waited for. */
    @Test
    void framesArriveInPieces() {
        active.challenge();
        byte[] challenge = fromActive.get(0);
        for (int length = 0; length < challenge.length; length++) {
            BackupEnd end = backup("correct horse battery staple", 51);
            end.received(ByteBuffer.wrap(challenge, 0, length));
            assertThat(said).as(length + " bytes").isEmpty();
            end.received(ByteBuffer.wrap(challenge, length, challenge.length - length));
            assertThat(said).as("the rest after " + length + " bytes").containsExactly("alive");
            said.clear();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "0000",
                "0225",
                "01ff",
                "ffff",
                "474554202f20485454502f312e300d0a0d0a",
                "0320",
                "0413",
                "0610"
            })
    void garbageEndsIt(String hexadecimal) {
        byte[] garbage = HexFormat.of().parseHex(hexadecimal);
        byte[] padded = Arrays.copyOf(garbage, garbage.length + 4 * 128); // endless
        active.challenge();
        active.received(ByteBuffer.wrap(padded));
        assertThat(said).hasSize(1);
        assertThat(said.get(0)).startsWith("active: MALFORMED: ");
        active.received(ByteBuffer.wrap(padded));
        assertThat(said).hasSize(1);
    }

    @Test
    void anotherVersionIsSaid() {
        active.challenge();
        byte[] challenge = fromActive.get(0);
        challenge[6] = 2;
        backup.received(ByteBuffer.wrap(challenge));
        assertThat(said).containsExactly("backup: MALFORMED: version 2 of the protocol");
    }
}
