package io.ha4j.standalone;

import io.ha4j.standalone.conf.ConfException;
import io.ha4j.standalone.conf.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code -f FILE} of the commands. */
final class ConfigurationFile {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "The keepalived.conf to read.")
    Path file;

    /** Null when it cannot be used; everything that is wrong has been printed, a line for each problem. */
    @Nullable
    Configuration read(PrintWriter err) {
        try {
            if (Files.isDirectory(file)) {
                err.println(file + ": is a directory");
                return null;
            }
            return Configuration.read(file);
        } catch (ConfException e) {
            e.problems().forEach(err::println);
        } catch (NoSuchFileException e) {
            err.println(file + ": no such file");
        } catch (AccessDeniedException e) {
            err.println(file + ": permission denied");
        } catch (IOException e) {
            err.println(file + ": cannot be read: " + e.getMessage());
        }
        return null;
    }
}
