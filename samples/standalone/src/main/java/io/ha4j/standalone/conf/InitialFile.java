package io.ha4j.standalone.conf;

import java.nio.file.Path;

/**
 * {@code init_file} of a track_file: what to write before anything starts.
 *
 * @param line where it is asked for
 * @param overwrite whether also when the file is there
 */
public record InitialFile(int line, Path file, int value, boolean overwrite) {}
