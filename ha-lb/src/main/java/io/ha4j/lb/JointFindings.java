package io.ha4j.lb;

import io.ha4j.lb.Findings.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What several checks of one backend say together: up when all are, with the least weight that any says. Thread-safe. */
final class JointFindings {
    private final List<Finding> latest; // guarded by this
    private final Findings findings;

    /** @param initial what each is taken to say before it says something */
    JointFindings(List<Finding> initial, Findings findings) {
        latest = new ArrayList<>(initial);
        this.findings = findings;
    }

    Findings of(int check) {
        return (up, weight, detail) -> found(check, new Finding(up, weight, detail));
    }

    // Told under the lock, so that two findings cannot arrive in the wrong order.
    private synchronized void found(int check, Finding finding) {
        latest.set(check, finding);
        Finding telling = latest.stream().filter(it -> !it.up()).findFirst().orElse(finding);
        Integer weight = latest.stream()
                .map(Finding::weight)
                .filter(Objects::nonNull)
                .min(Integer::compare)
                .orElse(null);
        findings.found(telling.up(), weight, telling.detail());
    }
}
