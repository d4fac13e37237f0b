package io.ha4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md promises is there. */
class ReadmeIT {
    @TempDir
    Path classes;

    @Test
    void itsJavaCompiles() throws IOException {
        List<String> blocks = blocks("java");
        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            assertThat(compile(block)).as(block).isEmpty();
        }
    }

    @Test
    void itsCommandsAreThere() throws IOException {
        Set<String> commands = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\./ha4j ([a-z]+)").matcher(readme());
        while (matcher.find()) {
            commands.add(matcher.group(1));
        }
        assertThat(commands).contains("demo", "run", "check", "status");

        Process help =
                new ProcessBuilder(Jvm.ha4j("--help")).redirectErrorStream(true).start();
        String printed = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> known = printed.lines()
                .dropWhile(line -> !line.startsWith("Commands:"))
                .skip(1)
                .filter(line -> line.matches("  [a-z]+ .*"))
                .map(line -> line.strip().split(" ")[0])
                .toList();
        assertThat(known).as(printed).containsAll(commands);
    }

    @Test
    void itsLinksLeadSomewhere() throws IOException {
        Matcher matcher = Pattern.compile("]\\(([^)#:]+)\\)").matcher(readme());
        Set<String> links = new TreeSet<>();
        while (matcher.find()) {
            links.add(matcher.group(1));
        }
        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(Jvm.root().resolve(link)).exists());
    }

    private static String readme() throws IOException {
        return Files.readString(Jvm.root().resolve("README.md"));
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(readme())
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    private List<String> compile(String text) {
        Matcher name = Pattern.compile("public class (\\w+)").matcher(text);
        assertThat(name.find()).isTrue();
        JavaFileObject source =
                new SimpleJavaFileObject(
                        URI.create("string:///" + name.group(1) + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<String> options =
                List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
        ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problems, options, null, List.of(source))
                .call();
        return problems.getDiagnostics().stream().map(Object::toString).toList();
    }
}
