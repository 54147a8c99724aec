package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources of all modules keep their rules, and each rule bites. */
class SourceRulesTest {

  @Test
  void whatIsShippedIsShortAndFinished() throws IOException {
    List<String> offenders = new ArrayList<>();
    List<Path> files = Sources.java("main");
    assertThat(files).hasSizeGreaterThan(100);
    for (Path file : files) {
      offenders.addAll(SourceRules.shipped(name(file), Files.readString(file)));
    }
    assertThat(offenders).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    Set<Path> folders = new TreeSet<>();
    for (Path file : Sources.java("main")) {
      folders.add(file.getParent());
    }
    List<String> offenders = new ArrayList<>();
    for (Path folder : folders) {
      offenders.addAll(SourceRules.folder(folder));
    }
    assertThat(offenders).isEmpty();
  }

  @Test
  void testsDoNotSleepAndNoneIsSwitchedOff() throws IOException {
    List<String> offenders = new ArrayList<>();
    List<Path> files = Sources.java("test");
    assertThat(files).hasSizeGreaterThan(40);
    for (Path file : files) {
      if (!file.toString().contains("/rules/bad/")) {
        offenders.addAll(SourceRules.test(name(file), Files.readString(file)));
      }
    }
    assertThat(offenders).isEmpty();
  }

  @Test
  void longClassesAreFound() throws IOException {
    assertThat(SourceRules.shipped("A", "class A {\n" + "\n".repeat(298) + "}")).isEmpty();
    assertThat(SourceRules.shipped("A", "class A {\n" + "\n".repeat(299) + "}"))
        .containsExactly("A:1: the class A has 301 lines, at most 300");
    assertThat(SourceRules.shipped("A", "class A {\nrecord B() {" + "\n".repeat(300) + "}}"))
        .hasSize(2);
  }

  @Test
  void longMethodsAreFound() throws IOException {
    assertThat(SourceRules.shipped("A", "class A {\nvoid b() {\n" + "\n".repeat(68) + "}}"))
        .isEmpty();
    assertThat(
            SourceRules.shipped("A", "class A {\n/** c */\nvoid b() {\n" + "\n".repeat(69) + "}}"))
        .containsExactly("A:3: the method b has 71 lines, at most 70");
    assertThat(SourceRules.shipped("A", "class A {\nA() {\n" + "\n".repeat(69) + "}}")).hasSize(1);
  }

  @Test
  void whatIsLeftToDoIsFound() throws IOException {
    for (String word : List.of("TO" + "DO", "FIX" + "ME")) {
      assertThat(SourceRules.shipped("A", "class A {}\n// " + word + " more"))
          .containsExactly("A:2: says what is left to do; do it, or open an issue");
    }
    assertThat(SourceRules.shipped("A", "class A { String b = \"mastodon\"; }")).isEmpty();
  }

  @Test
  void whatCannotBeParsedIsFound() throws IOException {
    assertThat(SourceRules.shipped("A", "class {")).isNotEmpty();
  }

  @Test
  void sleepingAndSwitchedOffTestsAreFound() throws IOException {
    assertThat(SourceRules.test("A", "class A { void b() { Thread.sleep(1); } }"))
        .containsExactly("A: Thread.sleep; wait for what must happen, see Waiting.until");
    assertThat(SourceRules.test("A", "class A { void b() { TimeUnit.SECONDS.sleep(1); } }"))
        .hasSize(1);
    assertThat(SourceRules.test("A", "class A { @Disabled(\"b\") void b() {} }")).hasSize(1);
    assertThat(SourceRules.test("A", "@org.junit.jupiter.api.Disabled class A {}")).hasSize(1);
    assertThat(SourceRules.test("A", "class A { String b = \"Thread.sleep(1)\"; } // @Disabled"))
        .isEmpty();
  }

  @Test
  void packagesThatSayNothingAreFound(@TempDir Path folder) throws IOException {
    assertThat(SourceRules.folder(folder)).hasSize(1);
    Files.writeString(folder.resolve("package-info.java"), "package a;");
    assertThat(SourceRules.folder(folder)).hasSize(1);
    Files.writeString(folder.resolve("package-info.java"), "/** What it is. */\npackage a;");
    assertThat(SourceRules.folder(folder)).isEmpty();
  }

  private static String name(Path file) {
    return Sources.root().relativize(file).toString();
  }
}
