package dev.sluice.devstack;

/**
 * A server could not be started. The message names the server, the reason and, where there is one,
 * its log.
 */
public class StartFailedException extends RuntimeException {

  StartFailedException(String message) {
    super(message);
  }

  StartFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
