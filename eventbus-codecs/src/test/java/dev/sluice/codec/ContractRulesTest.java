package dev.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Contract;
import dev.sluice.contract.Event;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Request;
import dev.sluice.contract.Requires;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules every sheet keeps. {@link #theRulesBite} shows that they can fail. */
class ContractRulesTest {
  private static final Set<Class<?>> PLAIN =
      Set.of(
          String.class,
          UUID.class,
          Instant.class,
          LocalDate.class,
          Duration.class,
          Integer.class,
          Long.class,
          Boolean.class);

  record Bad(double price, List<Object> things) {}

  @Test
  void namesAreDerivedOnce() {
    assertThat(Names.all().stream().map(Names::of))
        .contains("order.create", "auth.refresh_token", "audit.find", "node.set_log_level")
        .doesNotHaveDuplicates();
  }

  @Test
  void fieldsAreOfTheAllowedTypes() {
    List<String> offenders = new ArrayList<>();
    Names.all().forEach(type -> offenders(type, offenders));
    assertThat(offenders).isEmpty();
  }

  @Test
  void everyRequestSaysWhoMayAskAndWhatItAnswers() {
    for (Class<? extends Contract> type : Names.all()) {
      if (Request.class.isAssignableFrom(type)) {
        assertThat(type.isAnnotationPresent(Requires.class)).as("@Requires on %s", type).isTrue();
        assertThat(Event.class.isAssignableFrom(type)).as("%s is not an event too", type).isFalse();
      }
    }
  }

  @Test
  void theRulesBite() {
    List<String> offenders = new ArrayList<>();
    offenders(Bad.class, offenders);
    assertThat(offenders).hasSize(2);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"items\":[{\"sku\":\"a\",\"quantity\":0,\"unitPrice\":{\"amount\":\"1\",\"currency\":\"EUR\"}}]}|items[0].quantity",
        "{\"items\":[{\"sku\":\"a\",\"quantity\":\"2\",\"unitPrice\":{\"amount\":\"1\",\"currency\":\"EUR\"}}]}|items[0].quantity",
        "{\"items\":[{\"sku\":\"a\",\"quantity\":1.5,\"unitPrice\":{\"amount\":\"1\",\"currency\":\"EUR\"}}]}|items[0].quantity",
        "{\"items\":[{\"sku\":\"a b\",\"quantity\":1,\"unitPrice\":{\"amount\":\"1\",\"currency\":\"EUR\"}}]}|items[0].sku",
        "{\"items\":[{\"sku\":7,\"quantity\":1,\"unitPrice\":{\"amount\":\"1\",\"currency\":\"EUR\"}}]}|items[0].sku",
        "{\"items\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":{\"amount\":1.5,\"currency\":\"EUR\"}}]}|items[0].unitPrice.amount",
        "{\"items\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":{\"amount\":\"1.005\",\"currency\":\"EUR\"}}]}|items[0].unitPrice.amount",
        "{\"items\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":{\"amount\":\"1\",\"currency\":\"XXZ\"}}]}|items[0].unitPrice.currency",
        "{\"items\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":null}]}|items[0].unitPrice",
        "{\"items\":[]}|items",
        "{\"items\":{}}|items",
        "{\"items\":[null]}|items[0]",
        "{}|items",
        "{\"items\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":{\"amount\":\"1\",\"currency\":\"EUR\"}}],\"colour\":1}|colour",
      })
  void strictReadingNamesTheField(String json, String field) {
    Failure failure = null;
    try {
      ContractJson.strict().readValue(json, dev.sluice.contract.Order.Create.class);
    } catch (IOException e) {
      failure = ContractJson.failure(e);
    }
    assertThat(failure).isNotNull();
    assertThat(failure.fields()).extracting(Failure.Field::field).containsExactly(field);
  }

  private static void offenders(Class<?> type, List<String> offenders) {
    if (!type.isRecord()) {
      offenders.add(type + " is not a record");
      return;
    }
    for (RecordComponent part : type.getRecordComponents()) {
      offenders(type.getSimpleName() + "." + part.getName(), part.getGenericType(), offenders);
    }
  }

  private static void offenders(String where, Type type, List<String> offenders) {
    if (type instanceof ParameterizedType generic
        && (generic.getRawType() == List.class || generic.getRawType() == Map.class)) {
      if (generic.getRawType() == Map.class
          && generic.getActualTypeArguments()[0] != String.class) {
        offenders.add(where + " is a map whose keys are no strings");
      }
      Type[] arguments = generic.getActualTypeArguments();
      offenders(where, arguments[arguments.length - 1], offenders);
    } else if (type instanceof Class<?> plain) {
      boolean number = plain == int.class || plain == long.class || plain == boolean.class;
      if (plain.isRecord()) {
        offenders(plain, offenders);
      } else if (!number && !plain.isEnum() && !PLAIN.contains(plain)) {
        offenders.add(where + " is a " + plain.getName());
      }
    } else {
      offenders.add(where + " is " + type);
    }
  }
}
