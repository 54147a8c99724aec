package dev.sluice.load;

/** The script that started this JVM, and cannot end it when it was killed. */
public final class Script {
  private static final int BROKEN = 1;

  private Script() {}

  /** Ends this JVM with the script, as {@code -Dsluice.load.exit_with} names it; without, never. */
  public static void follow() {
    Long process = Long.getLong("sluice.load.exit_with");
    if (process == null) {
      return;
    }
    Thread watch =
        new Thread(
            () -> {
              ProcessHandle.of(process).ifPresent(script -> script.onExit().join());
              System.exit(BROKEN);
            },
            "exit-with");
    watch.setDaemon(true);
    watch.start();
  }
}
