package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged files: the only thing that may come out, other than a configuration, is a complaint with a line. */
class ConfigurationFuzzTest {
    private static final int ROUNDS = 5_000;
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "\n",
            "\"",
            "'",
            "\\",
            "#",
            " ",
            "\u0000",
            "\uffff",
            "-1",
            "0",
            "255",
            "99999999999999999999",
            "1e9",
            ".",
            "/",
            ":",
            "::",
            "0.0.0.0",
            "10.0.0.1/33",
            "vrrp_instance",
            "virtual_server",
            "real_server",
            "TCP_CHECK",
            "HTTP_GET",
            "url",
            "UDP_CHECK",
            "state MASTER",
            "nopreempt",
            "include",
            "$A",
            "\n}\n",
            "{ {");

    @Test
    void nothingButComplaints() {
        String valid = Confs.VIP + Confs.SERVER + CheckersTest.ALL;
        long lines = valid.lines().count();
        for (int seed = 0; seed < ROUNDS; seed++) {
            String text = mutate(valid, new Random(seed));
            try {
                Configuration.parse("f", text);
            } catch (ConfException e) {
                // Not by AssertJ for each problem, which would take twenty times as long as the reader.
                boolean sound = !e.problems().isEmpty()
                        && e.problems().stream().allMatch(problem -> isSound(problem, lines + 100));
                assertThat(sound).as("seed %d: %s", seed, e.getMessage()).isTrue();
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ":\n" + text, e);
            }
        }
    }

    private static boolean isSound(Problem problem, long lines) {
        return problem.line() >= 1
                && problem.line() <= lines
                && problem.message().chars().noneMatch(Character::isISOControl);
    }

    private static String mutate(String valid, Random random) {
        StringBuilder text = new StringBuilder(valid);
        int changes = 1 + random.nextInt(8);
        for (int i = 0; i < changes && text.length() > 0; i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.setCharAt(at, (char) random.nextInt(0x180));
                case 3 -> text.delete(at, Math.min(text.length(), at + random.nextInt(60)));
                default ->
                    text.insert(
                            random.nextInt(text.length()),
                            text.substring(at, Math.min(text.length(), at + random.nextInt(80))));
            }
        }
        return text.toString();
    }
}
