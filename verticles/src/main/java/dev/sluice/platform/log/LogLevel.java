package dev.sluice.platform.log;

/** The levels there are, from the most to the least talkative. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  OFF
}
