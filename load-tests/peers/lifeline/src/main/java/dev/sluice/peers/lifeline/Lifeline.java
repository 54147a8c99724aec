package dev.sluice.peers.lifeline;

import java.io.IOException;
import java.io.InputStream;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Says {@code port N} when the application takes requests, and ends the process when standard input
 * does: closed on purpose, or because whoever held it has died.
 */
public final class Lifeline implements ApplicationListener<ApplicationReadyEvent> {

  @Override
  public void onApplicationEvent(ApplicationReadyEvent ready) {
    String port =
        ready.getApplicationContext().getEnvironment().getRequiredProperty("local.server.port");
    System.out.println("port " + port);
    System.out.flush();
    Thread watch = new Thread(Lifeline::endWithInput, "lifeline");
    watch.setDaemon(true);
    watch.start();
  }

  private static void endWithInput() {
    try (InputStream parent = System.in) {
      while (parent.read() >= 0) {
        // What is said does not matter, only that somebody is there.
      }
    } catch (IOException gone) {
      // The same news.
    }
    // Nothing here is worth the seconds that an orderly end takes: the next round is waiting.
    Runtime.getRuntime().halt(0);
  }
}
