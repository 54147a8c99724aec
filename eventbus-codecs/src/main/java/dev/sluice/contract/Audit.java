package dev.sluice.contract;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** What can be asked of the audit room. */
public sealed interface Audit extends Contract {

  /**
   * What happened to a resource, newest first. Callers see what they did themselves; {@code
   * admin:audit} sees all.
   *
   * @param resource such as {@code order:0190f3c2-...}; absent for all
   * @param limit 1 to 100, 20 when absent
   * @param cursor the {@code nextCursor} of the page before; absent for the first page
   */
  @Requires("read:audit")
  @Idempotent
  record Find(@MayBeAbsent String resource, @MayBeAbsent Integer limit, @MayBeAbsent String cursor)
      implements Audit, Request<Page> {
    private static final Pattern RESOURCE = Pattern.compile("[a-z_]{1,40}:[A-Za-z0-9._:-]{1,200}");

    public Find {
      if (resource != null) {
        Check.matches("resource", resource, RESOURCE, "of the form \"order:<id>\"");
      }
      limit = limit == null ? 20 : Check.range("limit", limit, 1, 100);
      if (cursor != null) {
        Check.text("cursor", cursor, 1, 200);
      }
    }
  }

  /**
   * @param userId who did it; absent for the system itself
   * @param action such as {@code order.created}
   * @param metadata whatever else is known, as text
   */
  record Entry(
      long id,
      @MayBeAbsent UUID userId,
      String action,
      @MayBeAbsent String resource,
      Instant timestamp,
      Map<String, String> metadata) {
    public Entry {
      metadata = metadata == null ? Map.of() : Map.copyOf(metadata);
    }
  }

  /**
   * @param nextCursor absent on the last page
   */
  record Page(List<Entry> items, @MayBeAbsent String nextCursor) implements Audit {
    public Page {
      items = Check.copy(items);
    }
  }
}
