package io.ha4j.standalone.conf;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration file that cannot be used; the message has one line for each problem. */
public final class ConfException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Errors and warnings, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
