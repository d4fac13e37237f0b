package io.ha4j.standalone.conf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Reads the statements of one block: each keyword once, to its reader; complains about all others. */
final class Block {
    private final Statement owner;
    private final Vocabulary vocabulary;
    private final Problems problems;
    private final Map<String, Consumer<Statement>> readers = new LinkedHashMap<>();
    private final Map<String, Consumer<Statement>> repeatable = new LinkedHashMap<>();

    /** @param owner what the block belongs to */
    Block(Statement owner, Vocabulary vocabulary, Problems problems) {
        this.owner = owner;
        this.vocabulary = vocabulary;
        this.problems = problems;
    }

    /** A keyword without a block of its own, at most once. */
    Block on(String keyword, Consumer<Statement> reader) {
        readers.put(keyword, statement -> {
            if (statement.block() == null) {
                reader.accept(statement);
            } else {
                problems.error(statement.line(), keyword + " takes no block");
            }
        });
        return this;
    }

    /** A keyword with a block, at most once. */
    Block onBlock(String keyword, Consumer<Statement> reader) {
        readers.put(keyword, withBlock(keyword, reader));
        return this;
    }

    /** A keyword with a block, as often as the file has it. */
    Block onEach(String keyword, Consumer<Statement> reader) {
        repeatable.put(keyword, withBlock(keyword, reader));
        return this;
    }

    private Consumer<Statement> withBlock(String keyword, Consumer<Statement> reader) {
        return statement -> {
            if (statement.block() == null) {
                problems.error(statement.line(), keyword + " needs a block in braces");
            } else {
                reader.accept(statement);
            }
        };
    }

    void read() {
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (Statement statement : owner.statements()) {
            String keyword = statement.keyword();
            if (repeatable.containsKey(keyword)) {
                repeatable.get(keyword).accept(statement);
            } else if (readers.containsKey(keyword)) {
                Integer before = seen.putIfAbsent(keyword, statement.line());
                if (before == null) {
                    readers.get(keyword).accept(statement);
                } else {
                    problems.error(statement.line(), keyword + " was given in line " + before + " already");
                }
            } else {
                unread(statement);
            }
        }
    }

    private void unread(Statement statement) {
        String keyword = statement.keyword();
        if (vocabulary.withoutEffect().contains(keyword)) {
            problems.warning(statement.line(), keyword + " has no effect in ha4j");
        } else if (vocabulary.unsupported().contains(keyword) || Vocabulary.INCLUDES.contains(keyword)) {
            problems.error(statement.line(), keyword + place() + " is not supported by this version of ha4j");
        } else if (keyword.startsWith("$") || keyword.startsWith("@") || keyword.startsWith("~")) {
            problems.error(
                    statement.line(),
                    "'" + keyword + "': parameters and conditions are not supported by this version of ha4j");
        } else {
            TreeSet<String> known = new TreeSet<>(readers.keySet());
            known.addAll(repeatable.keySet());
            known.addAll(vocabulary.withoutEffect());
            known.addAll(vocabulary.unsupported());
            problems.error(
                    statement.line(), "unknown keyword '" + keyword + "'" + place() + Suggestion.of(keyword, known));
        }
    }

    private String place() {
        return owner.words().get(0).isEmpty() ? " at the top level" : " in " + owner.text();
    }
}
