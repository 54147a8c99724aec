package dev.sluice.codec;

import dev.sluice.contract.Contract;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one name of each contract: {@code Order.Create} is {@code order.create}, {@code
 * Auth.RefreshToken} is {@code auth.refresh_token}. The registry is the closed list of what the
 * sealed sheets permit.
 */
public final class Names {
  private static final Map<String, Class<? extends Contract>> BY_NAME = registry();

  private static final ClassValue<String> NAME =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return derive(type);
        }
      };

  private Names() {}

  /** Such as {@code order.create}; it is the bus address, the wire tag and the metric label. */
  public static String of(Class<? extends Contract> type) {
    return NAME.get(type);
  }

  /** The room a contract belongs to, such as {@code order}. */
  public static String room(Class<? extends Contract> type) {
    String name = of(type);
    return name.substring(0, name.indexOf('.'));
  }

  /** The contract with this name, or null. */
  public static Class<? extends Contract> find(String name) {
    return BY_NAME.get(name);
  }

  /** All contracts, sorted by name. */
  public static Collection<Class<? extends Contract>> all() {
    return BY_NAME.values();
  }

  private static Map<String, Class<? extends Contract>> registry() {
    Map<String, Class<? extends Contract>> found = new TreeMap<>();
    for (Class<?> sheet : Contract.class.getPermittedSubclasses()) {
      if (sheet.isSealed()) {
        for (Class<?> message : sheet.getPermittedSubclasses()) {
          found.put(derive(message), message.asSubclass(Contract.class));
        }
      }
    }
    return Collections.unmodifiableMap(found);
  }

  private static String derive(Class<?> type) {
    Class<?> sheet = type.getEnclosingClass();
    if (sheet == null || !type.isRecord()) {
      throw new IllegalArgumentException(type.getName() + " is not a record on a contract sheet");
    }
    return snake(sheet.getSimpleName()) + "." + snake(type.getSimpleName());
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
