package dev.sluice.devstack;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Starts PostgreSQL in the folder given, pauses it and stays. */
final class PausedPostgresMain {

  private PausedPostgresMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    PostgresServer server = PostgresServer.start(Path.of(arguments[0]), 0);
    server.pause();
    System.out.println("paused");
    new CountDownLatch(1).await();
  }
}
