package dev.sluice.contract;

import java.util.List;

/**
 * Why a request was not done: the categories every room and every front uses. The edge holds the
 * only map from these to HTTP statuses.
 */
public enum Problem {
  /** The request is malformed; the fields say where. */
  INVALID,
  /** No credentials, or none that hold. */
  UNAUTHENTICATED,
  /** Known, and not allowed. */
  DENIED,
  NOT_FOUND,
  /** The state of the thing does not allow it now; reading it again may help. */
  CONFLICT,
  /** Well formed, and yet it cannot be done (an Idempotency-Key used for another request). */
  UNPROCESSABLE,
  TOO_LARGE,
  UNSUPPORTED,
  /** Over a rate limit. */
  LIMITED,
  /** Something this needs is not there; trying later may help. */
  UNAVAILABLE,
  /** No answer within the deadline; whether it was done is not known. */
  TIMEOUT,
  /** A defect on our side. Details are in the log, never in the answer. */
  INTERNAL;

  /** A failure of this category; {@code detail} is for the client's developer to read. */
  public Failure because(String detail) {
    return new Failure(this, detail, List.of(), null);
  }

  /** An {@link #INVALID} failure that names one field and says what would be right. */
  public static Failure field(String field, String detail) {
    return new Failure(
        INVALID, "'" + field + "' " + detail, List.of(new Failure.Field(field, detail)), null);
  }
}
