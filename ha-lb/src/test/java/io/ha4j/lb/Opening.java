package io.ha4j.lb;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What a test opens is closed when it ends, the last first. */
abstract class Opening {
    final List<AutoCloseable> opened = new ArrayList<>();

    final <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }
}
