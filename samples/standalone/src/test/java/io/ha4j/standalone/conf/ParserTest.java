package io.ha4j.standalone.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParserTest {
    private final Problems problems = new Problems("f");

    private List<Statement> parse(String text) {
        return Parser.statements(text, problems);
    }

    @Test
    void aStatementEndsWithItsLineOrABrace() {
        List<Statement> statements = parse("""
                global_defs { router_id a
                }
                vrrp_instance VI_1
                {
                  virtual_ipaddress { 10.0.0.1/24 }
                  state BACKUP }
                """);

        assertThat(problems.sorted()).isEmpty();
        assertThat(statements).hasSize(2);
        assertThat(statements.get(0).statements()).containsExactly(new Statement(1, List.of("router_id", "a"), null));
        assertThat(statements.get(1).words()).containsExactly("vrrp_instance", "VI_1");
        assertThat(statements.get(1).line()).isEqualTo(3);
        assertThat(statements.get(1).statements())
                .extracting(Statement::text)
                .containsExactly("virtual_ipaddress", "state BACKUP");
    }

    @Test
    void commentsBeginAnywhereOutsideOfQuotes() {
        assertThat(parse("a b # c {\n! d\ne \"f # ! { g\"!h"))
                .containsExactly(
                        new Statement(1, List.of("a", "b"), null), new Statement(3, List.of("e", "f # ! { g"), null));
        assertThat(problems.sorted()).isEmpty();
    }

    @Test
    void quotesJoinAndKeepSpaces() {
        // The examples of keepalived.conf(5), "Quoted strings".
        assertThat(parse("abcd\" efg h jkl \"mnop").get(0).words()).containsExactly("abcd efg h jkl mnop");
        assertThat(parse("abcd \"efg h jkl\" mnop").get(0).words()).containsExactly("abcd", "efg h jkl", "mnop");
        assertThat(parse("a '\"' \"\" \\\"b\\\"").get(0).words()).containsExactly("a", "\"", "", "\"b\"");
        assertThat(problems.sorted()).isEmpty();
    }

    @Test
    void aBackslashJoinsLines() {
        assertThat(parse("a b \\\n  c\nd"))
                .containsExactly(new Statement(1, List.of("a", "b", "c"), null), new Statement(3, List.of("d"), null));
    }

    @Test
    void carriageReturnsAreSpaces() {
        assertThat(parse("a {\r\n b 1\r\n}\r\n").get(0).statements())
                .containsExactly(new Statement(2, List.of("b", "1"), null));
    }

    @Test
    void aQuoteThatIsNotClosedEndsWithItsLine() {
        assertThat(parse("a \"b\nc")).hasSize(2);
        assertThat(problems.sorted())
                .extracting(Problem::toString)
                .containsExactly("f:1: the quoted string has no closing \"");
    }

    @Test
    void bracesThatDoNotMatchAreReportedWhereTheyAre() {
        parse("a {\n b {\n }\n");
        parse("}\n");
        parse("\n\n{\n}\n");

        assertThat(problems.sorted())
                .extracting(Problem::toString)
                .containsExactly(
                        "f:1: '{' of a is not closed", "f:1: '}' closes nothing", "f:3: '{' has no keyword before it");
    }

    @Test
    void aMissingBraceIsNoticedAtTheNextTopLevelBlock() {
        List<Statement> statements = parse("vrrp_instance A {\n x {\n }\nvrrp_instance B {\n y\n}\n");

        assertThat(problems.sorted())
                .extracting(Problem::toString)
                .containsExactly("f:1: '{' of vrrp_instance A is not closed before the vrrp_instance of line 4");
        assertThat(statements).extracting(Statement::text).containsExactly("vrrp_instance A", "vrrp_instance B");
    }

    @Test
    void depthIsNoProblem() {
        parse("a {\n".repeat(100_000));
        assertThat(problems.sorted()).hasSize(100_000);
    }
}
