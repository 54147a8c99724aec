package dev.sluice.platform.log;

/** What a line looks like. */
public enum LogFormat {
  /** {@link #TEXT} on a terminal, {@link #JSON} elsewhere. */
  AUTO,
  /** One JSON object a line. */
  JSON,
  /** For the eye. */
  TEXT
}
