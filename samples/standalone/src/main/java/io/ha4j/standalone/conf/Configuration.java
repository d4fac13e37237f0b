package io.ha4j.standalone.conf;

import io.ha4j.VirtualAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A checked keepalived.conf.
 *
 * @param file as it was named by the user
 * @param routerId how the node calls itself; the host's name unless {@code router_id} says otherwise
 * @param initialFiles what to write before anything starts
 * @param warnings what was accepted and has no effect, or was corrected
 */
public record Configuration(
        String file,
        String routerId,
        List<VrrpInstance> instances,
        List<VirtualServer> virtualServers,
        List<InitialFile> initialFiles,
        List<Problem> warnings) {

    public Configuration {
        instances = List.copyOf(instances);
        virtualServers = List.copyOf(virtualServers);
        initialFiles = List.copyOf(initialFiles);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads and checks a file.
     *
     * @throws ConfException with everything that is wrong
     * @throws IOException if it cannot be read
     */
    public static Configuration read(Path file) throws ConfException, IOException {
        // Not Files.readString: that one fails on bytes that are not UTF-8, which may well be in a comment.
        return parse(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }

    /**
     * Checks a text.
     *
     * @param file how to call it in messages
     * @throws ConfException with everything that is wrong
     */
    public static Configuration parse(String file, String text) throws ConfException {
        return new ConfigurationReader(file).read(text);
    }

    /** The instance that brings this address to the node, if one does. */
    public Optional<VrrpInstance> holderOf(InetAddress address) {
        return instances.stream()
                .filter(instance -> instance.addresses().stream()
                        .map(VirtualAddress::address)
                        .anyMatch(address::equals))
                .findFirst();
    }
}
