package io.ha4j.vrrp.sim;

import io.ha4j.spi.ElectionProvider;
import io.ha4j.vrrp.VrrpElectionProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The engine with a bug in it: one class of it is compiled anew from a source in which one thing was changed, and loaded
 * beside the real one together with the rest of the package.
 */
final class Mutant extends ClassLoader {
    private static final String PACKAGE = "io.ha4j.vrrp.";
    private static final Path SOURCES = Path.of("src/main/java/io/ha4j/vrrp"); // of the module, where its tests run

    private final Map<String, byte[]> changed;

    private Mutant(Map<String, byte[]> changed) {
        super(Mutant.class.getClassLoader());
        this.changed = changed;
    }

    /**
     * @param type the simple name of the class
     * @param code what is there; exactly once, apart from white space
     * @param instead what is put there
     */
    static Supplier<ElectionProvider> of(String type, String code, String instead) {
        try {
            Class<?> provider = new Mutant(compile(type, change(type, code, instead)))
                    .loadClass(VrrpElectionProvider.class.getName());
            return () -> {
                try {
                    return (ElectionProvider) provider.getConstructor().newInstance();
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError("the planted engine", e);
                }
            };
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static String change(String type, String code, String instead) throws IOException {
        String source = oneLine(Files.readString(SOURCES.resolve(type + ".java")));
        String from = oneLine(code);
        int at = source.indexOf(from);
        if (at < 0 || source.indexOf(from, at + 1) >= 0) {
            throw new AssertionError(type + " must have this once, for a bug to be planted there; it was changed, so"
                    + " change the bug too: " + code);
        }
        return source.substring(0, at) + instead + source.substring(at + from.length());
    }

    /** As the formatter may break a line elsewhere. */
    private static String oneLine(String code) {
        return code.replaceAll("(?m)//.*$", "").replaceAll("\\s+", " ").trim();
    }

    private static Map<String, byte[]> compile(String type, String source) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "no compiler: not a JDK");
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavaFileManager memory = new ForwardingJavaFileManager<>(files) {
                @Override
                public JavaFileObject getJavaFileForOutput(
                        Location location, String className, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
                    return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                        @Override
                        public OutputStream openOutputStream() {
                            return classes.computeIfAbsent(className, it -> new ByteArrayOutputStream());
                        }
                    };
                }
            };
            JavaFileObject file =
                    new SimpleJavaFileObject(URI.create("memory:///" + type + ".java"), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return source;
                        }
                    };
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path"));
            if (!compiler.getTask(null, memory, null, options, null, List.of(file))
                    .call()) {
                throw new AssertionError("the bug in " + type + " does not compile");
            }
        }
        Map<String, byte[]> bytes = new HashMap<>();
        classes.forEach((name, it) -> bytes.put(name, it.toByteArray()));
        return bytes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE) || name.indexOf('.', PACKAGE.length()) >= 0) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = changed.get(name);
        if (bytes == null) {
            try (InputStream original = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (original == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = original.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
