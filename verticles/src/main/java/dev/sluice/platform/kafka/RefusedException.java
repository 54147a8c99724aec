package dev.sluice.platform.kafka;

/**
 * The brokers will never take a record of this batch, however often it is tried: it is too large,
 * or its topic's name is not one. Which record it was is only certain when the batch held just one,
 * because the client fails the others of the batch with the same exception.
 */
public final class RefusedException extends Exception {

  RefusedException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
