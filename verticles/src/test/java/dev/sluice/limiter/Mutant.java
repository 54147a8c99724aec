package dev.sluice.limiter;

import dev.sluice.rules.Sources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The limiter with a mistake in it: its sources, changed in places, compiled, and loaded beside the
 * right one together with the simulation.
 */
final class Mutant {
  /** One change; what is replaced must be there exactly once. */
  record Change(String file, String was, String becomes) {}

  private static final String PACKAGE = "dev.sluice.limiter.";
  private static final Path SOURCES = Path.of("verticles/src/main/java/dev/sluice/limiter");

  private final Class<?> simulation;

  Mutant(List<Change> changes) throws IOException, ClassNotFoundException {
    Loader loader = new Loader(compile(changes));
    this.simulation = loader.loadClass(Simulation.class.getName());
  }

  /** What the simulation of a seed says of this mutant; null if it finds nothing. */
  String violation(long seed) throws ReflectiveOperationException {
    Method violation = simulation.getDeclaredMethod("violation", long.class);
    violation.setAccessible(true); // the same package of another loader is another package
    try {
      return (String) violation.invoke(null, seed);
    } catch (InvocationTargetException thrown) {
      return thrown.getCause().toString();
    }
  }

  private static Map<String, byte[]> compile(List<Change> changes) throws IOException {
    Map<Path, String> changed = new HashMap<>();
    for (Change change : changes) {
      Path file = Sources.root().resolve(SOURCES).resolve(change.file());
      String source = changed.containsKey(file) ? changed.get(file) : Files.readString(file);
      int at = source.indexOf(change.was());
      if (at < 0 || source.indexOf(change.was(), at + 1) >= 0) {
        throw new IllegalStateException(change.file() + " has not once: " + change.was());
      }
      changed.put(file, source.replace(change.was(), change.becomes()));
    }
    List<JavaFileObject> sources = new ArrayList<>();
    changed.forEach((file, text) -> sources.add(new Source(file, text)));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, byte[]> classes = new HashMap<>();
    try (JavaFileManager files =
        new InMemory(compiler.getStandardFileManager(null, null, null), classes)) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
      if (!compiler.getTask(null, files, null, options, null, sources).call()) {
        throw new IllegalStateException("does not compile: " + changes);
      }
    }
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(Path file, String text) {
      super(URI.create("string:///dev/sluice/limiter/" + file.getFileName()), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, byte[]> classes;

    InMemory(JavaFileManager files, Map<String, byte[]> classes) {
      super(files);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("mem:///" + name.replace('.', '/')), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              classes.put(name, toByteArray());
            }
          };
        }
      };
    }
  }

  /** Loads the limiter and its simulation anew; all else is shared. */
  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> mutated;

    Loader(Map<String, byte[]> mutated) {
      super(Mutant.class.getClassLoader());
      this.mutated = mutated;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = mutated.containsKey(name) ? mutated.get(name) : original(name);
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }

    private byte[] original(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
