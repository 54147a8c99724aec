package dev.sluice.load.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.sluice.load.Script;
import io.gatling.app.Gatling$;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.prefs.Preferences;
import org.slf4j.LoggerFactory;

/**
 * Runs a simulation, and says what came of it.
 *
 * <p>Ends with 0 when all that is promised held, with 1 when not or when there is no node, and with
 * 2 when the command line is wrong.
 */
public final class LoadMain {
  private static final int BROKEN = 1;
  private static final int USAGE = 2;
  private static final long FAR = Long.MAX_VALUE / 2;

  private LoadMain() {}

  /**
   * @param args the name of a simulation and options, see {@code ./sluice load --help}; or {@code
   *     --check} and these, which are only read
   */
  public static void main(String[] args) {
    List<String> arguments = new ArrayList<>(List.of(args));
    boolean check = arguments.remove("--check");
    Script.follow();
    PrintStream out = System.out;
    int code;
    try {
      Options options = Options.parse(arguments);
      if (!check && options.target() == null) {
        throw new IllegalArgumentException("--against URL is missing");
      }
      code = check ? 0 : run(options, arguments, out);
    } catch (IllegalArgumentException e) {
      System.err.println("sluice: load: " + e.getMessage());
      code = USAGE;
    } catch (IllegalStateException | IOException e) {
      System.err.println("sluice: load: " + e.getMessage());
      code = BROKEN;
    }
    out.flush();
    Runtime.getRuntime().halt(code); // Gatling leaves threads behind
  }

  private static int run(Options options, List<String> arguments, PrintStream out)
      throws IOException {
    options.target().needReady();
    Credentials read = Credentials.read(options.credentials());
    out.println(
        "%s against %s as %s: --users %d, --model %s, --profile %s, %s s"
            .formatted(
                options.scene().label(),
                options.target().url(),
                read.email(),
                options.users(),
                options.model().name().toLowerCase(Locale.ROOT),
                options.profile().name().toLowerCase(Locale.ROOT),
                seconds(options)));
    Files.createDirectories(options.reports());
    settings(arguments, options.reports().toAbsolutePath());
    Listening listening = new Listening(out, options.terminal());
    PrintStream heard = new PrintStream(listening, true, StandardCharsets.UTF_8);
    System.setOut(heard);
    int code = gatling(options);
    heard.close();
    Results results =
        Results.newest(
            options.reports().toAbsolutePath(),
            options.scene().simulation().getSimpleName().toLowerCase(Locale.ROOT));
    out.println();
    out.print(results.table(options.duration().toMillis() / 1000.0));
    out.println();
    out.println("report: " + results.page());
    List<String> broken = new ArrayList<>(listening.broken());
    if (!options.scene().refusals().isEmpty()) {
      results
          .mistakes(options.scene().refusals())
          .forEach(mistake -> broken.add("no other failures than refusals; " + mistake));
    }
    int refused = results.failedWithin(Requests.LOGIN);
    int most = options.profile().business().p95();
    if (options.scene() == Scene.LOGIN_STORM && refused > most) {
      broken.add("95 of 100 refusals of a login take at most " + most + " ms; it is " + refused);
    }
    broken.forEach(line -> out.println("did not hold: " + line));
    return code == 0 && broken.isEmpty() ? 0 : BROKEN;
  }

  private static String seconds(Options options) {
    return String.format(Locale.ROOT, "%.1f", options.duration().toMillis() / 1000.0);
  }

  private static int gatling(Options options) {
    return Gatling$.MODULE$.fromArgs(
        new String[] {
          "--simulation", options.scene().simulation().getName(),
          "--results-folder", options.reports().toAbsolutePath().toString(),
          "--run-description", options.scene().line(),
        });
  }

  /** Gatling reads these before anything else; it would tell its makers of each run otherwise. */
  private static void settings(List<String> arguments, Path reports) {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
    java.util.logging.Logger.getLogger("java.util.prefs").setLevel(java.util.logging.Level.SEVERE);
    System.setProperty(Options.PROPERTY, String.join("\n", arguments));
    System.setProperty("gatling.data.enableAnalytics", "false");
    // It looks for a newer release of itself unless it did lately, or will have.
    System.setProperty("java.util.prefs.userRoot", reports.resolve(".gatling").toString());
    Preferences looked = Preferences.userRoot().node("/io/gatling/latestVersion");
    looked.putLong("lastCheckTimestamp", FAR);
    looked.putBoolean("lastCheckSuccess", false);
    System.setProperty("gatling.http.warmUpUrl", "");
    System.setProperty("gatling.http.enableHostnameVerification", "true");
    System.setProperty("gatling.http.requestTimeout", "10000");
    System.setProperty("gatling.ssl.useOpenSsl", "false");
    System.setProperty("gatling.ssl.useInsecureTrustManager", "false");
    System.setProperty("gatling.data.console.light", "true");
    System.setProperty("gatling.data.console.writePeriod", "1");
  }
}
