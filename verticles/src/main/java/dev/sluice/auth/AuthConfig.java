package dev.sluice.auth;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/** Section {@code auth}. */
record AuthConfig(
    @Setting(doc = "Who signs access tokens: the 'iss' claim.", def = "sluice", min = 1, max = 200)
        String issuer,
    @Setting(
            doc = "How long an access token is good for.",
            def = "15m",
            min = 1000,
            max = 86_400_000)
        Duration accessTtl,
    @Setting(
            doc = "How long a refresh token is good for; each refresh starts it anew.",
            def = "7d",
            min = 60_000,
            max = 31_536_000_000L)
        Duration refreshTtl,
    @Setting(
            doc = "Cost of a password hash: each step doubles its time; 12 takes about 0.2 s.",
            def = "12",
            min = 4,
            max = 16)
        int bcryptCost,
    @Setting(
            doc = "Threads that hash passwords; 0 means half the cores.",
            def = "0",
            min = 0,
            max = 64)
        int hashThreads,
    @Setting(
            doc = "Password hashes that may wait for a thread; one more is answered with 503.",
            def = "8",
            min = 0,
            max = 10_000)
        int hashQueue,
    @Setting(
            doc =
                "Secret mixed into every password before it is hashed, so that a stolen database"
                    + " alone is not enough to guess. It cannot be changed later.",
            min = 0,
            max = 1000,
            secret = true)
        String pepper,
    @Setting(
            doc =
                "At start, makes an admin and one API key a tier and writes them to this file, if"
                    + " there is no admin yet. Empty: does nothing.",
            min = 0,
            max = 1000)
        String bootstrapFile) {

  int threads() {
    return hashThreads > 0
        ? hashThreads
        : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /** Without the pepper. */
  @Override
  public String toString() {
    return "AuthConfig[issuer=" + issuer + "]";
  }
}
