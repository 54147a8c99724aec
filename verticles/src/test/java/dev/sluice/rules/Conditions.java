package dev.sluice.rules;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What {@link HouseRules} are made of, where ArchUnit has no words for it. */
final class Conditions {
  private final House house;

  Conditions(House house) {
    this.house = house;
  }

  ArchCondition<JavaClass> knowNoOtherRoom() {
    return condition(
        "know no room but their own",
        (type, wrong) -> {
          String own = house.room(type);
          for (Dependency known : type.getDirectDependenciesFromSelf()) {
            String other = house.room(known.getTargetClass());
            if (own != null && other != null && !own.equals(other)) {
              wrong.accept(known.getDescription());
            }
          }
        });
  }

  ArchCondition<JavaClass> beDirectlyInTheirRoom() {
    return condition(
        "be directly in the package of their room",
        (type, wrong) -> {
          String room = house.root() + "." + house.room(type);
          if (!type.getPackageName().equals(room)) {
            wrong.accept(type.getName() + " is below " + room);
          }
        });
  }

  ArchCondition<JavaClass> haveOnlyAPublicVerticle() {
    return condition(
        "be public exactly when they are the room's verticle",
        (type, wrong) -> {
          boolean open =
              type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC);
          if (open && !type.getSimpleName().endsWith("Verticle")) {
            wrong.accept(type.getName() + " is public and no verticle");
          }
          Set<String> verticles = publicTypes(type.getPackage().getClasses());
          if (verticles.size() != 1) {
            wrong.accept(
                type.getPackageName()
                    + " has not one public type but "
                    + verticles.size()
                    + ": "
                    + verticles);
          }
        });
  }

  ArchCondition<JavaClass> useNothing(String what, Predicate<AccessTarget> forbidden) {
    return condition(
        "use nothing " + what,
        (type, wrong) -> {
          for (JavaAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
            if (forbidden.test(access.getTarget())) {
              wrong.accept(access.getDescription());
            }
          }
        });
  }

  ArchCondition<JavaClass> beInAPackageMatching(String regex) {
    return matching("be in a package matching " + regex, JavaClass::getPackageName, regex);
  }

  ArchCondition<JavaClass> haveASimpleNameMatching(String regex) {
    return matching("be called " + regex, JavaClass::getSimpleName, regex);
  }

  /**
   * A thing has two tenants when two rooms, or other things of the platform, use it. The root alone
   * is enough: what it uses, such as the cluster, is there for every room of the node.
   */
  ArchCondition<JavaClass> belongToAThingWithTwoTenants() {
    return condition(
        "belong to a thing with two tenants",
        (type, wrong) -> {
          Set<String> tenants = new TreeSet<>();
          for (JavaClass other : type.getPackage().getClassesInPackageTree()) {
            tenants.addAll(tenants(other));
          }
          if (tenants.size() < 2 && !tenants.contains("")) {
            wrong.accept(type.getPackageName() + " is used by " + tenants + " only");
          }
        });
  }

  private Set<String> tenants(JavaClass type) {
    String own = house.tenant(type);
    return type.getDirectDependenciesToSelf().stream()
        .map(Dependency::getOriginClass)
        .map(house::tenant)
        .filter(tenant -> !tenant.equals(own))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> publicTypes(Set<JavaClass> types) {
    return types.stream()
        .filter(JavaClass::isTopLevelClass)
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .map(JavaClass::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static ArchCondition<JavaClass> matching(
      String description, Function<JavaClass, String> name, String regex) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        events.add(
            new SimpleConditionEvent(
                type, name.apply(type).matches(regex), type.getName() + " matches " + regex));
      }
    };
  }

  private static ArchCondition<JavaClass> condition(
      String description, BiConsumer<JavaClass, java.util.function.Consumer<String>> check) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        check.accept(type, wrong -> events.add(SimpleConditionEvent.violated(type, wrong)));
      }
    };
  }
}
