package dev.sluice.load.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a node wrote to {@code auth.bootstrap_file}: an admin, and an API key a tier. */
record Credentials(String email, String password, JsonNode keys) {

  /**
   * @throws IllegalStateException when the file is not there or is another one
   */
  static Credentials read(Path file) {
    try {
      JsonNode all = new ObjectMapper().readTree(Files.readAllBytes(file));
      Credentials read =
          new Credentials(
              all.at("/admin/email").asText(),
              all.at("/admin/password").asText(),
              all.path("apiKeys"));
      if (read.email.isEmpty() || read.password.isEmpty() || !read.keys.isObject()) {
        throw new IllegalStateException(
            file + " is not {admin: {email, password}, apiKeys: {...}}, as a node writes it");
      }
      return read;
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot read the credentials "
              + file.toAbsolutePath()
              + " ("
              + e
              + "); a node writes them when its database is made, see auth.bootstrap_file",
          e);
    }
  }

  /** The API key of a tier. */
  String key(String tier) {
    String key = keys.path(tier).asText();
    if (key.isEmpty()) {
      throw new IllegalStateException("there is no API key of the tier " + tier);
    }
    return key;
  }

  /** The body of a login. Neither part needs escapes, as the node made them. */
  String login() {
    return "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}";
  }

  @Override
  public String toString() {
    return "Credentials[***]";
  }
}
