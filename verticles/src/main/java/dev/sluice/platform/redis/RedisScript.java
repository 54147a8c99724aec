package dev.sluice.platform.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/** A Lua script: sent by its hash, and whole when Redis does not know it. */
public record RedisScript(String text, String hash) {

  /** The script of this name beside a class. */
  public static RedisScript read(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new RedisScript(
          text, HexFormat.of().formatHex(digest("SHA-1", text.getBytes(StandardCharsets.UTF_8))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param arguments adds the number of keys, keys and arguments; called again when the script is
   *     sent whole
   */
  public Future<Response> run(RedisLine redis, UnaryOperator<Request> arguments) {
    return redis
        .send(arguments.apply(Request.cmd(Command.EVALSHA).arg(hash)))
        .recover(
            failure ->
                failure instanceof ErrorType error && error.is("NOSCRIPT")
                    ? redis.send(arguments.apply(Request.cmd(Command.EVAL).arg(text)))
                    : Future.failedFuture(failure));
  }

  /** A hash of the bytes, by an algorithm every Java has. */
  public static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
