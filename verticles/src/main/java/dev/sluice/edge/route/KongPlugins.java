package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.util.List;

/** What is known of the settings of Kong's plugins; each record is one {@code config}. */
final class KongPlugins {
  private KongPlugins() {}

  record RateLimiting(
      @Setting(doc = "Requests a second; 0: not limited.", def = "0", min = 0, max = 1_000_000)
          int second,
      @Setting(doc = "Requests a minute; 0: not limited.", def = "0", min = 0, max = 1_000_000)
          int minute,
      @Setting(doc = "Requests an hour; 0: not limited.", def = "0", min = 0, max = 1_000_000)
          int hour,
      @Setting(
              doc = "Read and not used: limits always hold for all nodes together.",
              def = "local",
              allowed = {"local", "cluster", "redis"})
          String policy,
      @Setting(
              doc = "Who shares a limit.",
              def = "consumer",
              allowed = {"consumer", "credential", "ip"})
          String limitBy) {
    RateLimiting {
      if (second == 0 && minute == 0 && hour == 0) {
        throw new IllegalArgumentException("at least one of second, minute and hour");
      }
    }
  }

  record KeyAuth(
      @Setting(
              doc = "The header of the key.",
              def = "X-API-Key",
              min = 1,
              max = 1,
              allowed = {"X-API-Key", "x-api-key"})
          List<String> keyNames) {}

  record Jwt(
      @Setting(
              doc = "Read and not used: both are always verified.",
              min = 0,
              max = 2,
              allowed = {"exp", "nbf"})
          List<String> claimsToVerify) {}

  record Acl(
      @Setting(doc = "The group that may, which is a permission here.", min = 1, max = 1, def = "-")
          List<String> allow) {
    Acl {
      if (allow.equals(List.of("-"))) {
        throw new IllegalArgumentException("allow: one group, which is a permission here");
      }
    }
  }

  record ProxyCache(
      @Setting(doc = "Seconds an answer is fresh.", def = "300", min = 0, max = 2_678_400)
          int cacheTtl,
      @Setting(
              doc = "Where answers are kept.",
              def = "memory",
              allowed = {"memory"})
          String strategy,
      @Setting(doc = "Whether the Cache-Control of the answer counts.", def = "false")
          boolean cacheControl,
      @Setting(doc = "Header fields that tell answers apart.", min = 0, max = 8)
          List<String> varyHeaders) {}

  record RequestSizeLimiting(
      @Setting(doc = "Largest body.", def = "128", min = 0, max = 1_000_000) int allowedPayloadSize,
      @Setting(
              doc = "What that is in.",
              def = "megabytes",
              allowed = {"megabytes", "kilobytes", "bytes"})
          String sizeUnit) {}

  record IpRestriction(
      @Setting(doc = "Networks that may ask.", min = 0, max = 1000) List<String> allow,
      @Setting(doc = "Networks that may not.", min = 0, max = 1000) List<String> deny) {}

  record CorrelationId(
      @Setting(
              doc = "The header, which is always this one.",
              def = "X-Request-Id",
              allowed = {"X-Request-Id", "X-Request-ID", "x-request-id"})
          String headerName,
      @Setting(
              doc = "Read and not used.",
              def = "uuid",
              allowed = {"uuid", "uuid#counter", "tracker"})
          String generator,
      @Setting(doc = "Read and not used: it is always in the answer.", def = "true")
          boolean echoDownstream) {}

  record Prometheus(
      @Setting(doc = "Read and not used.", def = "false") boolean perConsumer,
      @Setting(doc = "Read and not used.", def = "true") boolean statusCodeMetrics,
      @Setting(doc = "Read and not used.", def = "true") boolean latencyMetrics,
      @Setting(doc = "Read and not used.", def = "true") boolean bandwidthMetrics,
      @Setting(doc = "Read and not used.", def = "true") boolean upstreamHealthMetrics) {}

  record RequestTransformer(
      @Setting(doc = "What is taken out.") RequestParts remove,
      @Setting(doc = "What gets another name: old:new.") RequestParts rename,
      @Setting(doc = "What is added if it is not there: name:value.") RequestParts add,
      @Setting(doc = "What is added: name:value.") RequestParts append) {
    RequestTransformer {
      if (!append.body().isEmpty()) {
        throw new IllegalArgumentException("append.body: nothing; use add.body");
      }
    }
  }

  record RequestParts(
      @Setting(doc = "Header fields.", min = 0, max = 100) List<String> headers,
      @Setting(doc = "Parameters of the query.", min = 0, max = 100) List<String> querystring,
      @Setting(doc = "Fields of a JSON body.", min = 0, max = 100) List<String> body) {}

  record ResponseTransformer(
      @Setting(doc = "What is taken out.") ResponseParts remove,
      @Setting(doc = "What gets another name: old:new.") ResponseParts rename,
      @Setting(doc = "What is added if it is not there: name:value.") ResponseParts add,
      @Setting(doc = "What is added: name:value.") ResponseParts append) {
    ResponseTransformer {
      if (!append.json().isEmpty()) {
        throw new IllegalArgumentException("append.json: nothing; use add.json");
      }
    }
  }

  record ResponseParts(
      @Setting(doc = "Header fields.", min = 0, max = 100) List<String> headers,
      @Setting(doc = "Fields of a JSON body.", min = 0, max = 100) List<String> json) {}
}
