package dev.sluice.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;

/**
 * The packages below one root, by what they are in the house. A room is every package directly
 * below the root that is none of the few others, so a new room is under the rules without being
 * listed anywhere.
 */
record House(String root, JavaClasses classes) {
  static final String EDGE = "edge";
  private static final Set<String> NO_ROOMS =
      Set.of("platform", "limiter", "contract", "codec", "devstack");

  /** What is shipped: the classes of all modules but those of their tests. */
  static House shipped() {
    return new House(
        "dev.sluice",
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice"));
  }

  /** The small house that breaks every rule. */
  static House bad() {
    String root = "dev.sluice.rules.bad";
    return new House(root, new ClassFileImporter().importPackages(root));
  }

  Set<String> rooms() {
    Set<String> rooms = new TreeSet<>();
    for (JavaClass type : classes) {
      String first = below(type);
      if (!first.isEmpty() && !NO_ROOMS.contains(first)) {
        rooms.add(first);
      }
    }
    return rooms;
  }

  /** The room of a class, or null. */
  String room(JavaClass type) {
    String first = below(type);
    return first.isEmpty() || NO_ROOMS.contains(first) ? null : first;
  }

  /** Whether the class is in the package, or below it. */
  boolean isIn(JavaClass type, String packageBelowRoot) {
    String whole = root + "." + packageBelowRoot;
    return type.getPackageName().equals(whole) || type.getPackageName().startsWith(whole + ".");
  }

  /** Whether the class is this one, or nested in it. */
  boolean is(JavaClass type, String nameBelowRoot) {
    String whole = root + "." + nameBelowRoot;
    return type.getName().equals(whole) || type.getName().startsWith(whole + "$");
  }

  /** The thing a class of the platform belongs to, such as {@code db}, or null. */
  String platformThing(JavaClass type) {
    return isIn(type, "platform") && type.getPackageName().length() > (root + ".platform").length()
        ? first(type.getPackageName().substring((root + ".platform.").length()))
        : null;
  }

  /**
   * Who a class is when it uses the platform: a room, the limiter, another thing of the platform,
   * or the root, which puts a node together.
   */
  String tenant(JavaClass type) {
    String thing = platformThing(type);
    return thing != null ? "platform." + thing : below(type);
  }

  private String below(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(root + ".") ? first(name.substring(root.length() + 1)) : "";
  }

  private static String first(String packages) {
    int dot = packages.indexOf('.');
    return dot < 0 ? packages : packages.substring(0, dot);
  }
}
