package io.ha4j.lb;

import io.netty.channel.unix.FileDescriptor;
import java.util.List;

/** What has listeners that one process can pass to the next. Thread-safe; nothing here waits. */
interface Restartable {
    /** Whether each backend has been checked once, as far as it is checked at all. */
    boolean isChecked();

    /** The listeners of the predecessor are this process's from now on. */
    void begin();

    List<FileDescriptor> listeningSockets();

    /** Takes nothing more at those, and closes none of them for others. */
    void give();
}
