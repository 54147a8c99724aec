package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house keeps its rules; {@link HouseRulesBiteTest} shows that each of them can fail. */
class HouseRulesTest {
  private static final House HOUSE = House.shipped();

  @TestFactory
  Stream<DynamicTest> rules() {
    Map<String, ArchRule> rules = new HouseRules(HOUSE).all();
    return rules.entrySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getKey(), () -> rule.getValue().check(HOUSE.classes())));
  }

  /** A house that was not found keeps all rules. */
  @Test
  void theHouseWasFound() {
    assertThat(HOUSE.rooms()).contains("auth", "audit", "cache", "edge", "node", "order", "routes");
    assertThat(HOUSE.classes().contain("dev.sluice.contract.Order")).isTrue();
    assertThat(HOUSE.classes().contain("dev.sluice.devstack.DevstackMain")).isTrue();
    assertThat(HOUSE.classes().contain("dev.sluice.rules.House")).isFalse();
  }
}
