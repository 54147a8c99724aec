package dev.sluice.edge;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What requests must have in common to share a bucket. */
enum Dimension {
  IP,
  USER,
  KEY,
  CLIENT,
  ORGANIZATION,
  ROUTE,
  ACCOUNT;

  /** In the order of this enum, so that the same dimensions name the same bucket. */
  static Dimension[] of(List<String> names) {
    Set<Dimension> all = EnumSet.noneOf(Dimension.class);
    names.forEach(name -> all.add(valueOf(name.toUpperCase(Locale.ROOT))));
    return all.toArray(Dimension[]::new);
  }

  /**
   * The name of this side of a request; its address where it has none, so that nobody has no limit.
   */
  String of(Subject subject) {
    Client client = subject.client();
    String name =
        switch (this) {
          case IP -> subject.address();
          // Accounts belong to no organization yet.
          case USER, ORGANIZATION -> client.user();
          case KEY -> client.key();
          case CLIENT -> client.bucket();
          case ROUTE -> subject.route();
          case ACCOUNT -> subject.account();
        };
    return name != null ? name : subject.address();
  }
}
