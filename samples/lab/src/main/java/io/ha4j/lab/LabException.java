package io.ha4j.lab;

/** Something the lab needs is missing, or a command it ran has failed; the message is one readable sentence. */
public class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
