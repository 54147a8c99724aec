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

/** Reads a table of routes and checks all of it, so that what it gives can be used as it is. */
public final class RoutesReader {
  private final Path folder;
  private final Set<String> contracts;

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
    return read(
        yamlOrJson, sourceName, new RoutesConfig(Map.of(), Map.of(), List.of(), List.of(), ""));
  }

  /**
   * A table laid over another one: what is written takes the place of what has the same name there.
   * All of it together is checked.
   *
   * @param base one that was read before
   */
  public RoutesConfig read(String yamlOrJson, String sourceName, RoutesConfig base) {
    Document<RoutesConfig> document = Document.open(yamlOrJson, sourceName, RoutesConfig.class);
    RoutesConfig written = document.value().orElse(null);
    if (written == null) {
      throw new ConfigException(document.mistakes());
    }
    Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>(base.upstreams());
    upstreams.putAll(written.upstreams());
    Map<String, RouteConfig> routes = new LinkedHashMap<>(base.routes());
    routes.putAll(written.routes());
    KongShape kong = new KongShape(document, upstreams, routes);
    kong.translate(written);
    new RoutesCheck(document, upstreams, kong::origin, folder, contracts).check(routes);
    document.checked();
    return new RoutesConfig(
        Collections.unmodifiableMap(upstreams),
        Collections.unmodifiableMap(routes),
        List.of(),
        List.of(),
        "");
  }
}
