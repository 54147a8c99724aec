package dev.sluice.edge.route;

import dev.sluice.edge.upstream.UpstreamConfig;
import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.Document;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a table of routes and checks all of it, so that what it gives can be used as it is. Routes
 * that are written as in the text before are the same objects again, and cost next to nothing.
 */
public final class RoutesReader {
  private final Path folder;
  private final Set<String> contracts;
  private volatile RoutePieces.Written written = RoutePieces.Written.NOTHING;
  private volatile RoutesCheck.Right right = RoutesCheck.Right.NOTHING;

  /**
   * @param folder the folder of the configuration, below which folders of files are
   * @param contracts the names of the contracts routes can lead to
   */
  public RoutesReader(Path folder, Set<String> contracts) {
    this.folder = folder.toAbsolutePath().normalize();
    this.contracts = Set.copyOf(contracts);
  }

  /**
   * The table that is written in a text, in its own shape, in Kong's, or both.
   *
   * @param sourceName what to call the text in messages, such as routes.yaml
   * @return with nothing left in Kong's shape
   * @throws ConfigException with every mistake, its place and what would be right
   */
  public RoutesConfig read(String yamlOrJson, String sourceName) {
    RoutePieces pieces =
        yamlOrJson.length() > Document.MAX_CHARACTERS ? null : RoutePieces.cut(yamlOrJson);
    RoutesConfig read = pieces == null ? null : readChanged(pieces, sourceName);
    if (read == null) {
      Document<RoutesConfig> document = Document.open(yamlOrJson, sourceName, RoutesConfig.class);
      read = checked(document, over(Map.of()));
      pieces = pieces != null && pieces.agrees(document) ? pieces : null;
    }
    written = pieces == null ? RoutePieces.Written.NOTHING : pieces.written(read.routes());
    return read;
  }

  /** Reads only what is written otherwise than before; null if all must be read. */
  private RoutesConfig readChanged(RoutePieces pieces, String sourceName) {
    RoutePieces.Rest rest = pieces.rest(written);
    if (rest.same().isEmpty() || pieces.size() > Document.MAX_ENTRIES) {
      return null;
    }
    try {
      Document<RoutesConfig> document = Document.open(rest.text(), sourceName, RoutesConfig.class);
      if (!rest.agrees(document)) {
        return null;
      }
      RoutesConfig read = checked(document, over(rest.same()));
      return new RoutesConfig(
          read.upstreams(),
          Collections.unmodifiableMap(pieces.inOrder(read.routes())),
          List.of(),
          List.of(),
          "");
    } catch (ConfigException wrong) {
      return null; // with all of the text the lines are told that are wrong in it
    }
  }

  private static RoutesConfig over(Map<String, RouteConfig> routes) {
    return new RoutesConfig(Map.of(), routes, List.of(), List.of(), "");
  }

  /**
   * A table laid over another one: what is written takes the place of what has the same name there.
   * All of it together is checked.
   *
   * @param base one that was read before
   */
  public RoutesConfig read(String yamlOrJson, String sourceName, RoutesConfig base) {
    return checked(Document.open(yamlOrJson, sourceName, RoutesConfig.class), base);
  }

  private RoutesConfig checked(Document<RoutesConfig> document, RoutesConfig base) {
    RoutesConfig read = document.value().orElse(null);
    if (read == null) {
      throw new ConfigException(document.mistakes());
    }
    Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>(base.upstreams());
    upstreams.putAll(read.upstreams());
    Map<String, RouteConfig> routes = new LinkedHashMap<>(base.routes());
    routes.putAll(read.routes());
    KongShape kong = new KongShape(document, upstreams, routes);
    kong.translate(read);
    RoutesCheck check =
        new RoutesCheck(document, upstreams, kong::origin, folder, contracts, right);
    check.check(routes);
    document.checked();
    right = check.right(routes);
    return new RoutesConfig(
        Collections.unmodifiableMap(upstreams),
        Collections.unmodifiableMap(routes),
        List.of(),
        List.of(),
        "");
  }
}
