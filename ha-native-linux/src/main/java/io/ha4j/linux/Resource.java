package io.ha4j.linux;

/** Something that a use of the machine has opened and that ends with it at the latest. Loop thread only. */
interface Resource {
    boolean isOpen();

    /** Closing twice does nothing more. */
    void close();
}
