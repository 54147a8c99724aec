package dev.sluice.rules;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each rule, run on the house in {@code bad}, fails and names the offender. */
class HouseRulesBiteTest {
  private static final House BAD = House.bad();

  /** What the failure of each rule must name. */
  private static final Map<String, List<String>> OFFENDERS =
      Map.ofEntries(
          entry("no room knows another room", List.of("OrderVerticle.auth", "AuthVerticle.order")),
          entry("packages form no cycle", List.of("Slice auth", "Slice order")),
          entry("things of the platform form no cycle", List.of("Slice left", "Slice right")),
          entry("the platform knows nobody who stands on it", List.of("Left.auth")),
          entry("the limiter knows no room and no edge", List.of("Limiter.edge")),
          entry("nobody knows the root", List.of("OrderVerticle.root")),
          entry("contracts know no codec", List.of("Said.written")),
          entry("rooms are flat", List.of("order.deep.Deep")),
          entry(
              "only its verticle is public in a room",
              List.of("OrderHelper is public", "[OrderHelper, OrderVerticle]")),
          entry("vertx-web is for the management server", List.of("Grabber.router")),
          entry("Kafka's clients are in platform.kafka", List.of("Grabber.topic")),
          entry("the Kafka client of Vert.x is in platform.kafka", List.of("Grabber.producer")),
          entry("pools are made in platform.db", List.of("Grabber.pool")),
          entry("JDBC is for migrations", List.of("Grabber.jdbc")),
          entry("Flyway is in platform.db", List.of("Grabber.flyway")),
          entry("the JDBC driver is in platform.db", List.of("Grabber.driver")),
          entry("the Redis client is where commands are written", List.of("Grabber.redis")),
          entry(
              "nothing blocks",
              List.of(
                  "io.vertx.core.Future.await()",
                  "CompletableFuture.get()",
                  "CompletableFuture.join()",
                  "CountDownLatch.await()",
                  "Thread.sleep(long)",
                  "TimeUnit.sleep(long)")),
          entry(
              "time is handed in",
              List.of(
                  "Instant.now()",
                  "System.nanoTime()",
                  "System.currentTimeMillis()",
                  "Clock.systemUTC()")),
          entry("only programs write to standard output", List.of("System.out")),
          entry("nothing static changes", List.of("Impatient.waits")),
          entry("packages are named after things", List.of("bad.common.Grabber")),
          entry("classes are named after things", List.of("OrderHelper")),
          entry("the platform has two tenants a thing", List.of("lonely is used by [order] only")));

  @TestFactory
  Stream<DynamicTest> everyRuleBites() {
    Map<String, ArchRule> rules = new HouseRules(BAD).all();
    return rules.entrySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getKey(),
                    () -> {
                      EvaluationResult result = rule.getValue().evaluate(BAD.classes());
                      assertThat(result.hasViolation()).as("it bites").isTrue();
                      assertThat(String.join("\n", result.getFailureReport().getDetails()))
                          .contains(OFFENDERS.get(rule.getKey()));
                    }));
  }

  @Test
  void noRuleIsWithoutItsOffender() {
    assertThat(new HouseRules(BAD).all().keySet()).isEqualTo(OFFENDERS.keySet());
  }

  /** The forbidden names, one by one, and names that only look like them. */
  @Test
  void namesAreToldApart() {
    assertThat(
            Stream.of(
                    "OrderManager", "ManagerOfAll", "OrderUtil", "OrderUtils", "BaseRoom", "X2Impl")
                .filter(name -> !name.matches(HouseRules.FORBIDDEN_CLASSES)))
        .isEmpty();
    assertThat(
            Stream.of("Database", "NodeVerticle", "ManagementServer", "Corener", "Simple", "Main")
                .filter(name -> name.matches(HouseRules.FORBIDDEN_CLASSES)))
        .isEmpty();
    assertThat(
            Stream.of("a.util", "a.utils.b", "a.helper", "a.base", "a.core", "a.impl", "a.misc")
                .filter(name -> !name.matches(HouseRules.FORBIDDEN_PACKAGES)))
        .isEmpty();
    assertThat("dev.sluice.platform.database.corenet".matches(HouseRules.FORBIDDEN_PACKAGES))
        .isFalse();
  }
}
