package io.ha4j.standalone.conf;

import io.ha4j.ExpectedBody;
import io.ha4j.HealthCheck;
import io.ha4j.HttpCheck;
import io.ha4j.HttpCheck.StatusRange;
import io.ha4j.TlsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the urls of an {@code HTTP_GET} or {@code SSL_GET}. */
final class HttpReader {
    private static final Map<String, HttpCheck.Version> VERSIONS = Map.of(
            "1.0", HttpCheck.Version.HTTP_1_0,
            "1.0C", HttpCheck.Version.HTTP_1_0_CLOSE,
            "1.0c", HttpCheck.Version.HTTP_1_0_CLOSE,
            "1.1", HttpCheck.Version.HTTP_1_1);

    /** What Java's expressions have of PCRE's options. */
    private static final Map<String, Integer> OPTIONS = Map.of(
            "caseless", Pattern.CASE_INSENSITIVE,
            "dotall", Pattern.DOTALL,
            "extended", Pattern.COMMENTS,
            "multiline", Pattern.MULTILINE,
            "ucp", Pattern.UNICODE_CHARACTER_CLASS,
            "utf", 0); // bodies are read as UTF-8 anyway

    private final boolean ssl;
    private final Problems problems;
    private final Values values;
    private final TlsReader tls;
    private final List<Statement> urls = new ArrayList<>();
    private HttpCheck.Version version = HttpCheck.Version.HTTP_1_0; // keepalived's default
    private boolean sni;

    HttpReader(boolean ssl, Problems problems) {
        this.ssl = ssl;
        this.problems = problems;
        this.values = new Values(problems);
        this.tls = new TlsReader(problems);
    }

    Block readIn(Block block) {
        block.onEach("url", urls::add).on("http_protocol", line -> {
            String word = values.choice(line, List.of("1.0", "1.0C", "1.0c", "1.1"));
            version = word == null ? version : VERSIONS.getOrDefault(word, version);
        });
        if (ssl) {
            block.on("enable_sni", line -> sni = values.nothing(line)).onBlock("ha4j", ours -> {
                if (values.nothing(ours)) {
                    tls.readIn(new Block(ours, ExtensionReader.OURS, problems)).read();
                }
            });
        }
        return block;
    }

    /**
     * One check for each url; null, after saying why, if one is wrong.
     *
     * @param host of urls without a virtualhost; null for none
     * @param settle gives a check its times and its way
     */
    @Nullable
    List<HealthCheck> checks(Statement checker, @Nullable String host, UnaryOperator<HttpCheck> settle) {
        if (urls.isEmpty()) {
            problems.error(checker.line(), checker.keyword() + " has no url");
        }
        List<HealthCheck> checks = new ArrayList<>();
        for (Statement url : urls) {
            try {
                HttpCheck check = new Url(url, host).read();
                if (check != null) {
                    checks.add(settle.apply(check));
                }
            } catch (IllegalArgumentException e) { // what the API refuses
                problems.error(url.line(), "url: " + e.getMessage());
            }
        }
        return checks.size() == urls.size() && !checks.isEmpty() ? checks : null;
    }

    /** One {@code url}. */
    private final class Url {
        private final Statement url;
        private @Nullable String path;
        private @Nullable String host;
        private ExpectedBody.@Nullable Digest digest;
        private @Nullable String regex;
        private int flags;
        private boolean absent;
        private int from;
        private int to = Integer.MAX_VALUE;
        private final List<StatusRange> statuses = new ArrayList<>();

        Url(Statement url, @Nullable String host) {
            this.url = url;
            this.host = host;
        }

        @Nullable
        HttpCheck read() {
            new Block(url, Vocabulary.URL, problems)
                    .on("path", line -> path = values.word(line))
                    .on("virtualhost", line -> host = values.word(line))
                    .on("status_code", this::readStatuses)
                    .on("digest", this::readDigest)
                    .on("regex", line -> regex = values.word(line))
                    .on("regex_no_match", line -> absent = values.nothing(line))
                    .on("regex_options", this::readOptions)
                    .on("regex_min_offset", line -> from = or(values.integer(line, 0, Integer.MAX_VALUE), from))
                    .on("regex_max_offset", line -> to = or(values.integer(line, 0, Integer.MAX_VALUE), to))
                    .read();
            if (path == null) {
                problems.error(url.line(), "url has no path");
                return null;
            }
            HttpCheck check = (ssl ? HealthCheck.https(path) : HealthCheck.http(path)).version(version);
            check = host == null ? check : check.host(host);
            check = statuses.isEmpty() ? check : check.statuses(statuses);
            if (digest != null || regex != null) {
                check = check.body(new ExpectedBody(
                        digest, regex == null ? null : new ExpectedBody.Match(regex, flags, absent, from, to)));
            }
            return ssl ? secured(check) : check;
        }

        private @Nullable HttpCheck secured(HttpCheck check) {
            tls.serverName(sni || tls.verifies() ? host : null);
            if (sni && host == null) {
                problems.error(url.line(), "enable_sni needs a virtualhost: the name to ask for");
                return null;
            }
            TlsSettings settings = tls.settings(url);
            return settings == null ? null : check.tls(settings);
        }

        private void readStatuses(Statement line) {
            if (line.arguments().isEmpty()) {
                problems.error(line.line(), "status_code needs a code");
            }
            for (String word : line.arguments()) {
                if (word.matches("[0-9]{3}(-[0-9]{3})?")) {
                    String[] ends = word.split("-");
                    try {
                        statuses.add(
                                new StatusRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
                        continue;
                    } catch (IllegalArgumentException e) {
                        // said below
                    }
                }
                problems.error(
                        line.line(), "status_code must be codes like 200 or ranges like 200-299, but has " + word);
            }
        }

        private void readDigest(Statement line) {
            String word = values.word(line);
            if (word == null) {
                return;
            }
            try {
                digest = new ExpectedBody.Digest(word.length() == 64 ? "SHA-256" : "MD5", word);
            } catch (IllegalArgumentException e) {
                problems.error(
                        line.line(),
                        "digest must be 32 hexadecimal digits (MD5, as genhash prints it) or 64 (SHA-256), but was "
                                + word);
            }
        }

        private void readOptions(Statement line) {
            for (String word : line.arguments()) {
                Integer flag = OPTIONS.get(word);
                if (flag == null) {
                    List<String> known = OPTIONS.keySet().stream().sorted().toList();
                    problems.error(
                            line.line(),
                            "regex_options " + word + " is not supported by this version of ha4j: it has "
                                    + String.join(", ", known));
                } else {
                    flags |= flag;
                }
            }
        }
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
