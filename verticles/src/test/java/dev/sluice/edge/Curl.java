package dev.sluice.edge;

import static dev.sluice.Waiting.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does what a line of curl says, as far as the recipes use it: -s, -i, -I, -X, -H, -o /dev/null, -w
 * with the status, and [1-4] in an address. Header names are printed in lower case.
 */
final class Curl {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern RANGE = Pattern.compile("\\[(\\d+)-(\\d+)]");

  private final HttpClient client;
  private final List<String> headers = new ArrayList<>();
  private String method = "GET";
  private String address;
  private boolean showHead;
  private boolean showBody = true;
  private String format = "";

  private Curl(HttpClient client) {
    this.client = client;
  }

  /** What it prints. */
  static String run(HttpClient client, String line) throws Exception {
    Curl curl = new Curl(client);
    List<String> words = new ArrayList<>();
    for (Matcher word = WORD.matcher(line); word.find(); ) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    curl.read(words);
    StringBuilder out = new StringBuilder();
    for (String url : curl.addresses()) {
      curl.ask(url, out);
    }
    return out.toString();
  }

  private void read(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-s" -> {}
        case "-i" -> showHead = true;
        case "-I" -> {
          showHead = true;
          method = "HEAD";
        }
        case "-X" -> method = words.get(++i);
        case "-H" -> headers.add(words.get(++i));
        case "-o" -> {
          showBody = false;
          i++;
        }
        case "-w" -> format = words.get(++i).replace("\\n", "\n");
        default -> {
          if (words.get(i).startsWith("-")) {
            throw new IllegalArgumentException(
                "-s, -i, -I, -X, -H, -o or -w in a recipe, not " + words.get(i));
          }
          address = words.get(i);
        }
      }
    }
  }

  private List<String> addresses() {
    Matcher range = RANGE.matcher(address);
    if (!range.find()) {
      return List.of(address);
    }
    List<String> all = new ArrayList<>();
    for (int i = Integer.parseInt(range.group(1)); i <= Integer.parseInt(range.group(2)); i++) {
      all.add(range.replaceFirst(Integer.toString(i)));
    }
    return all;
  }

  private void ask(String url, StringBuilder out) throws Exception {
    RequestOptions options =
        new RequestOptions().setMethod(HttpMethod.valueOf(method)).setAbsoluteURI(url);
    options.putHeader("User-Agent", "curl");
    for (String header : headers) {
      int colon = header.indexOf(':');
      options.putHeader(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    Object[] answer = new Object[2];
    await(
        client
            .request(options)
            .compose(request -> request.send())
            .compose(
                response -> {
                  answer[0] = response;
                  return response.body();
                })
            .onSuccess(body -> answer[1] = body));
    HttpClientResponse response = (HttpClientResponse) answer[0];
    if (showHead) {
      out.append("HTTP/1.1 %d %s\n".formatted(response.statusCode(), response.statusMessage()));
      response
          .headers()
          .forEach(
              (name, value) ->
                  out.append(name.toLowerCase(Locale.ROOT))
                      .append(": ")
                      .append(value)
                      .append('\n'));
      out.append('\n');
    }
    if (showBody) {
      out.append((Buffer) answer[1]);
    }
    out.append(format.replace("%{http_code}", Integer.toString(response.statusCode())));
  }
}
