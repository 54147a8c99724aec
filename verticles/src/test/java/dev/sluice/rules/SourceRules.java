package dev.sluice.rules;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What holds for sources, as javac parses them: what is in a comment or a string is no code. */
final class SourceRules {
  static final int CLASS_LINES = 300;
  static final int METHOD_LINES = 70;

  private static final Pattern LATER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

  private final List<String> offenders = new ArrayList<>();

  /** What is wrong with a file that is shipped; empty when nothing is. */
  static List<String> shipped(String name, String source) throws IOException {
    SourceRules rules = new SourceRules();
    rules.noneLater(name, source);
    rules.scan(name, source, true);
    return rules.offenders;
  }

  /** What is wrong with a file of a test. */
  static List<String> test(String name, String source) throws IOException {
    SourceRules rules = new SourceRules();
    rules.scan(name, source, false);
    return rules.offenders;
  }

  /** What is wrong with a folder of sources: it needs a paragraph that says what it is. */
  static List<String> folder(Path folder) throws IOException {
    Path said = folder.resolve("package-info.java");
    boolean documented = Files.exists(said) && Files.readString(said).startsWith("/**");
    return documented ? List.of() : List.of(folder + ": lacks a package-info.java with javadoc");
  }

  private void noneLater(String name, String source) {
    String[] lines = source.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (LATER.matcher(lines[i]).find()) {
        offenders.add(name + ":" + (i + 1) + ": says what is left to do; do it, or open an issue");
      }
    }
  }

  private void scan(String name, String source, boolean ships) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null,
                null,
                problem -> offenders.add(name + ": " + problem),
                List.of("-proc:none"),
                null,
                List.of(file));
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    for (CompilationUnitTree unit : task.parse()) {
      unit.accept(ships ? new Lengths(name, unit, positions) : new Waits(name), null);
    }
  }

  /** Classes and methods that are too long to be read. */
  private final class Lengths extends TreeScanner<Void, Void> {
    private final String name;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    Lengths(String name, CompilationUnitTree unit, SourcePositions positions) {
      this.name = name;
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public Void visitClass(ClassTree tree, Void nothing) {
      check("the class " + tree.getSimpleName(), tree, CLASS_LINES);
      return super.visitClass(tree, null);
    }

    @Override
    public Void visitMethod(MethodTree tree, Void nothing) {
      check("the method " + tree.getName(), tree, METHOD_LINES);
      return super.visitMethod(tree, null);
    }

    /** From the first annotation to the closing brace; the comment above does not count. */
    private void check(String what, Tree tree, int limit) {
      long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
      long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
      if (last - first + 1 > limit) {
        offenders.add(
            name
                + ":"
                + first
                + ": "
                + what
                + " has "
                + (last - first + 1)
                + " lines, at most "
                + limit);
      }
    }
  }

  /** Tests that wait for a fixed time, or are left out. */
  private final class Waits extends TreeScanner<Void, Void> {
    private static final Pattern SLEEP =
        Pattern.compile("([\\w.]+\\.)?(Thread|TimeUnit|[A-Z]+S|LockSupport)\\.(sleep|parkNanos)");
    private final String name;

    Waits(String name) {
      this.name = name;
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree tree, Void nothing) {
      String called = tree.getMethodSelect().toString();
      if (SLEEP.matcher(called).matches()) {
        offenders.add(name + ": " + called + "; wait for what must happen, see Waiting.until");
      }
      return super.visitMethodInvocation(tree, null);
    }

    @Override
    public Void visitAnnotation(AnnotationTree tree, Void nothing) {
      if (tree.getAnnotationType().toString().endsWith("Disabled")) {
        offenders.add(name + ": a test that is switched off tests nothing; mend it or remove it");
      }
      return super.visitAnnotation(tree, null);
    }
  }
}
