package dev.sluice.edge.route;

import dev.sluice.edge.cache.CacheConfig;
import dev.sluice.edge.files.FilesConfig;
import dev.sluice.edge.guard.RouteGuard;
import dev.sluice.edge.idempotency.IdempotencyConfig;
import dev.sluice.edge.transform.TransformConfig;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which requests go where, and what happens to them on the way. */
public record RouteConfig(
    @Setting(doc = "Whether it is in force.", def = "true") boolean enabled,
    @Setting(doc = "Which requests it is for.") MatchConfig match,
    @Setting(
            doc =
                "Of several routes for a request the one with the highest; among equals the one that"
                    + " is more exact.",
            def = "0",
            min = -1_000_000,
            max = 1_000_000)
        int priority,
    @Setting(doc = "Destination: the upstream of this name.", def = "", max = 100) String upstream,
    @Setting(doc = "Labels the targets of 'upstream' must have.", keys = Setting.Keys.TEXT)
        Map<String, String> subset,
    @Setting(doc = "Destination: several upstreams, by weight.", min = 0, max = 100)
        List<SplitConfig> split,
    @Setting(
            doc = "Destination: the contract of this name, such as order.get.",
            def = "",
            max = 200)
        String contract,
    @Setting(doc = "Destination: a folder of files.") FilesConfig folder,
    @Setting(doc = "Destination: an answer that is always the same.") RespondConfig respond,
    @Setting(doc = "Destination: an answer put together from several.") ComposeConfig compose,
    @Setting(doc = "Who gets copies of the requests.") MirrorConfig mirror,
    @Setting(doc = "What the upstream is asked for.") RewriteConfig rewrite,
    @Setting(
            doc =
                "How clients may show who they are; one is enough. 'public' lets in who shows"
                    + " nothing.",
            def = "public",
            min = 1,
            max = 4,
            allowed = {"public", "api_key", "jwt", "mtls"})
        List<String> auth,
    @Setting(
            doc = "Permissions a client needs, all of them, such as read:orders.",
            min = 0,
            max = 50)
        List<String> permissions,
    @Setting(
            doc = "Limits by name, besides the one of the client's tier.",
            keys = Setting.Keys.ENTITY)
        Map<String, RouteLimit> limits,
    @Setting(doc = "Whether the limit of the client's tier applies, too.", def = "true")
        boolean tierLimits,
    @Setting(doc = "Whether and how long answers are kept.") CacheConfig cache,
    @Setting(doc = "What is changed in requests.") TransformConfig request,
    @Setting(doc = "What is changed in responses.") TransformConfig response,
    @Setting(
            doc = "Longest wait for the head of the response, all repeats together.",
            def = "30s",
            min = 1,
            max = 3_600_000)
        Duration timeout,
    @Setting(doc = "Whether an upstream is asked again.") RetryConfig retry,
    @Setting(doc = "Whether a second target is asked.") HedgeConfig hedge,
    @Setting(
            doc = "Largest request body; a larger one is answered with 413.",
            def = "10MB",
            min = 0,
            max = 1L << 40,
            unit = Setting.BYTES)
        long bodyLimit,
    @Setting(doc = "What is answered when no upstream does.") FallbackConfig fallback,
    @Setting(doc = "WebSockets.") WebSocketConfig websocket,
    @Setting(doc = "Who may ask, and what is refused.") RouteGuard guard,
    @Setting(doc = "Whether responses are compressed for clients that can read it.", def = "false")
        boolean compression,
    @Setting(doc = "Whether requests with an Idempotency-Key are done once only.")
        IdempotencyConfig idempotency) {

  /** Where a route leads. */
  public enum Destination {
    UPSTREAM,
    SPLIT,
    CONTRACT,
    FOLDER,
    RESPOND,
    COMPOSE
  }

  /** Where it leads; exactly one in a table that was checked. */
  public List<Destination> destinations() {
    List<Destination> all = new ArrayList<>(1);
    addIf(!upstream.isEmpty(), Destination.UPSTREAM, all);
    addIf(!split.isEmpty(), Destination.SPLIT, all);
    addIf(!contract.isEmpty(), Destination.CONTRACT, all);
    addIf(!folder.path().isEmpty(), Destination.FOLDER, all);
    addIf(respond.status() != 0, Destination.RESPOND, all);
    addIf(!compose.parts().isEmpty(), Destination.COMPOSE, all);
    return all;
  }

  /** Whether one of these upstreams is among those it leads to, in whatever way. */
  public boolean leadsTo(Set<String> some) {
    if (some.isEmpty()) {
      return false;
    }
    if (some.contains(upstream) || some.contains(mirror.upstream())) {
      return true;
    }
    if (split.isEmpty() && compose.parts().isEmpty()) {
      return false;
    }
    return split.stream().anyMatch(part -> some.contains(part.upstream()))
        || compose.parts().values().stream().anyMatch(p -> some.contains(p.upstream()));
  }

  private static void addIf(boolean there, Destination destination, List<Destination> all) {
    if (there) {
      all.add(destination);
    }
  }
}
