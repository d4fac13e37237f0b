package io.ha4j.standalone;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** One entry, one line: {@code 2026-11-22 12:42:46.123 INFO  (VI_1) Entering …}. */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private final ZoneId zone = ZoneId.systemDefault();

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        ZonedDateTime at = Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone);
        // By hand: a DateTimeFormatter takes longer to load than everything else here.
        digits(line, at.getYear(), 4).append('-');
        digits(line, at.getMonthValue(), 2).append('-');
        digits(line, at.getDayOfMonth(), 2).append(' ');
        digits(line, at.getHour(), 2).append(':');
        digits(line, at.getMinute(), 2).append(':');
        digits(line, at.getSecond(), 2).append('.');
        digits(line, at.getNano() / 1_000_000, 3).append(' ');
        line.append(event.getLevel());
        line.append(" ".repeat(Math.max(1, 6 - event.getLevel().toString().length())));
        line.append(oneLine(event.getFormattedMessage()));
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            line.append(": ").append(cause.getClassName());
            line.append(cause.getMessage() == null ? "" : ": " + oneLine(cause.getMessage()));
            if (cause.getStackTraceElementProxyArray().length > 0) {
                line.append(" at ").append(cause.getStackTraceElementProxyArray()[0].getStackTraceElement());
            }
        }
        return line.append('\n').toString();
    }

    private static StringBuilder digits(StringBuilder line, int value, int width) {
        String text = Integer.toString(value);
        return line.append("0".repeat(Math.max(0, width - text.length()))).append(text);
    }

    private static String oneLine(String text) {
        return text.indexOf('\n') < 0 ? text : text.replace("\r", "").replace("\n", " | ");
    }
}
