package dev.sluice.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What holds for compiled classes. Each rule says why; what is excepted is named here, with its
 * reason, and nowhere else.
 */
final class HouseRules {
  private static final Set<String> CLOCKS = Set.of("now", "nanoTime", "currentTimeMillis");
  static final String FORBIDDEN_PACKAGES =
      ".*\\.(common|utils?|helpers?|base|core|impl|misc|managers?)(\\..*|$)";
  static final String FORBIDDEN_CLASSES =
      "((Base|Common|Core|Misc)([A-Z].*)?|.*(Helper|Utils?|Impl|Base)|.*Manager.*)";

  private final House house;
  private final Conditions conditions;

  HouseRules(House house) {
    this.house = house;
    this.conditions = new Conditions(house);
  }

  /** All rules, by a short name each. */
  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    walls(rules);
    rooms(rules);
    libraries(rules);
    behaviour(rules);
    names(rules);
    return rules;
  }

  private void walls(Map<String, ArchRule> rules) {
    String root = house.root();
    rules.put(
        "no room knows another room",
        classes()
            .should(conditions.knowNoOtherRoom())
            .because("rooms talk over the bus, so that any of them can be on another node"));
    rules.put(
        "packages form no cycle",
        slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true));
    rules.put(
        "things of the platform form no cycle",
        slices()
            .matching(root + ".platform.(*)..")
            .should()
            .beFreeOfCycles()
            .because("each must be understood without those that stand on it"));
    rules.put(
        "the platform knows nobody who stands on it",
        noClasses()
            .that(are("in the platform", type -> house.isIn(type, "platform")))
            .should()
            .dependOnClassesThat(
                are(
                    "rooms, the edge or the limiter",
                    type -> house.room(type) != null || house.isIn(type, "limiter"))));
    rules.put(
        "the limiter knows no room and no edge",
        noClasses()
            .that(are("in the limiter", type -> house.isIn(type, "limiter")))
            .should()
            .dependOnClassesThat(are("rooms or the edge", type -> house.room(type) != null)));
    rules.put(
        "nobody knows the root",
        noClasses()
            .that(are("below the root", type -> !type.getPackageName().equals(root)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(root));
    rules.put(
        "contracts know no codec",
        noClasses()
            .that(are("contracts", type -> house.isIn(type, "contract")))
            .should()
            .dependOnClassesThat(are("the codec", type -> house.isIn(type, "codec")))
            .because("what is said does not depend on how it is written"));
  }

  private void rooms(Map<String, ArchRule> rules) {
    rules.put(
        "rooms are flat",
        classes()
            .that(
                are(
                    "in a room, and not in the edge",
                    type -> house.room(type) != null && !house.isIn(type, House.EDGE)))
            .should(conditions.beDirectlyInTheirRoom()));
    rules.put(
        "only its verticle is public in a room",
        classes()
            .that(
                are(
                    "directly in a room",
                    type ->
                        house.room(type) != null
                            && type.getPackageName().equals(house.root() + "." + house.room(type))))
            .should(conditions.haveOnlyAPublicVerticle())
            .because("package-private is the wall of a room"));
  }

  private void libraries(Map<String, ArchRule> rules) {
    rules.put(
        "vertx-web is for the management server",
        onlyIn("io.vertx.ext.web..", "platform.management")
            .because("it walks its routes in a list; the edge has its own tree"));
    rules.put(
        "Kafka's clients are in platform.kafka",
        onlyIn("org.apache.kafka..", "platform.kafka")
            .because("how to publish and consume without loss is solved once"));
    rules.put(
        "the Kafka client of Vert.x is in platform.kafka",
        onlyIn("io.vertx.kafka..", "platform.kafka"));
    rules.put(
        "pools are made in platform.db",
        noClasses()
            .that(are("outside platform.db", type -> !house.isIn(type, "platform.db")))
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "io\\.vertx\\.(sqlclient\\.(Pool|ClientBuilder)|pgclient\\.(PgBuilder|PgConnection))")
            .because("limits and time-outs of connections are set in one place"));
    rules.put("JDBC is for migrations", onlyIn("java.sql..", "platform.db").because("it blocks"));
    rules.put("Flyway is in platform.db", onlyIn("org.flywaydb..", "platform.db"));
    rules.put("the JDBC driver is in platform.db", onlyIn("org.postgresql..", "platform.db"));
    rules.put(
        "the Redis client is where commands are written",
        // the limiter's ledger, the cache's second level and the keys each have scripts of their
        // own
        onlyIn("io.vertx.redis..", "platform.redis", "limiter", "edge.cache", "edge.idempotency"));
  }

  private void behaviour(Map<String, ArchRule> rules) {
    rules.put(
        "nothing blocks",
        classes()
            .that(
                are(
                    "on event loops",
                    type ->
                        !house.isIn(type, "devstack") // a program of its own, with its own threads
                            && !house.is(type, "Main") // on the main and the shutdown thread
                            && !house.is(type, "platform.kafka.ConsumerLoop"))) // is a thread
            .should(
                conditions.useNothing(
                    "that blocks its thread",
                    target -> isBlocking(target.getOwner(), target.getName()))));
    rules.put(
        "time is handed in",
        classes()
            .that(
                are(
                    "without a clock",
                    type ->
                        !house.isIn(type, "devstack") // measures real processes
                            && !house.isIn(type, "platform.time")))
            .should(conditions.useNothing("that reads a clock of the machine", HouseRules::isClock))
            .because("a test turns dev.sluice.platform.time.Time instead of waiting"));
    rules.put(
        "only programs write to standard output",
        noClasses()
            .that(
                are(
                    "no programs",
                    type -> !house.is(type, "Main") && !house.is(type, "devstack.DevstackMain")))
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
    rules.put(
        "nothing static changes",
        fields()
            .that(are("static", field -> field.getModifiers().contains(JavaModifier.STATIC)))
            .should()
            .beFinal()
            .because("two nodes can live in one JVM, and tests do just that"));
  }

  private void names(Map<String, ArchRule> rules) {
    rules.put(
        "packages are named after things",
        noClasses().should(conditions.beInAPackageMatching(FORBIDDEN_PACKAGES)));
    rules.put(
        "classes are named after things",
        noClasses().should(conditions.haveASimpleNameMatching(FORBIDDEN_CLASSES)));
    rules.put(
        "the platform has two tenants a thing",
        classes()
            .that(are("of the platform", type -> house.platformThing(type) != null))
            .should(conditions.belongToAThingWithTwoTenants())
            .because("what one room uses lives in that room"));
  }

  private ArchRule onlyIn(String library, String... places) {
    return noClasses()
        .that(
            are(
                "not in " + String.join(" or ", places),
                type ->
                    !house.isIn(type, "devstack")
                        && Set.of(places).stream().noneMatch(place -> house.isIn(type, place))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static boolean isClock(AccessTarget target) {
    String owner = target.getOwner().getName();
    boolean system = owner.equals("java.lang.System") && CLOCKS.contains(target.getName());
    boolean time = owner.startsWith("java.time.") && target.getName().equals("now");
    boolean clock =
        (owner.equals("java.time.Clock") || owner.equals("java.time.InstantSource"))
            && (target.getName().startsWith("system") || target.getName().startsWith("tick"));
    return system || time || clock || owner.equals("java.util.Date");
  }

  private static boolean isBlocking(JavaClass owner, String method) {
    return switch (method) {
      case "await" ->
          owner.isAssignableTo("io.vertx.core.Future")
              || owner.getPackageName().startsWith("java.util.concurrent");
      case "get", "join" ->
          owner.isAssignableTo(java.util.concurrent.Future.class)
              || owner.isAssignableTo(Thread.class);
      case "sleep" ->
          owner.isEquivalentTo(Thread.class)
              || owner.isEquivalentTo(java.util.concurrent.TimeUnit.class);
      case "wait" -> true; // Object.wait
      case "take", "put", "acquire", "awaitTermination", "invokeAll", "invokeAny" ->
          owner.getPackageName().equals("java.util.concurrent") && !owner.isAssignableTo(Map.class);
      default -> false;
    };
  }

  private static <T> DescribedPredicate<T> are(
      String description, java.util.function.Predicate<T> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }
}
