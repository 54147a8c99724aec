package dev.sluice.contract;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A {@link Problem} with its details, thrown, returned in failed futures and sent as a reply. It is
 * an answer, not a defect: it has no stack trace, because making one costs more than most requests.
 */
public final class Failure extends ReplyException {
  private final Problem problem;
  private final String detail;
  private final List<Field> fields;
  private final Duration retryAfter;

  /** One thing wrong with one field. {@code field} is a path such as {@code items[0].quantity}. */
  public record Field(String field, String detail) {}

  public Failure(Problem problem, String detail, List<Field> fields, Duration retryAfter) {
    super(ReplyFailure.RECIPIENT_FAILURE, -1, detail, true);
    this.problem = Objects.requireNonNull(problem, "problem");
    this.detail = detail;
    this.fields = List.copyOf(fields);
    this.retryAfter = retryAfter;
  }

  /** The same failure, with when to try again. */
  public Failure retryAfter(Duration wait) {
    return new Failure(problem, detail, fields, wait);
  }

  /** The same failure with every field below {@code path}, for records inside records. */
  public Failure under(String path) {
    if (path.isEmpty() || fields.isEmpty()) {
      return this;
    }
    List<Field> moved =
        fields.stream()
            .map(f -> new Field(f.field().isEmpty() ? path : path + "." + f.field(), f.detail()))
            .toList();
    Field first = moved.get(0);
    return new Failure(problem, "'" + first.field() + "' " + first.detail(), moved, retryAfter);
  }

  public Problem problem() {
    return problem;
  }

  /** Safe to show to the client. */
  public String detail() {
    return detail;
  }

  public List<Field> fields() {
    return fields;
  }

  /** How long the client should wait before it tries again, where that is known. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
