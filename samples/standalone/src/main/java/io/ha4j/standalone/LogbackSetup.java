package io.ha4j.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/** Logging to the console. In code and not in XML, whose parser alone would cost a tenth of a second at the start. */
public final class LogbackSetup extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LogLine layout = new LogLine();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setEncoder(encoder);
        console.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(console);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Of the whole process. What the library says at INFO is left out: {@link KeepalivedLog} says the same. */
    static void level(String text) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Level level = Level.toLevel(text);
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
            if (level.isGreaterOrEqual(Level.INFO)) {
                context.getLogger("io.ha4j").setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
            }
            context.getLogger("io.netty").setLevel(Level.WARN); // its debug output is about itself
        }
    }
}
