package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which requests a route is for. All that is said here must hold. */
public record MatchConfig(
    @Setting(
            doc =
                "Hosts, without port: a name, or '*.' and a name for all names below it. Empty:"
                    + " any.",
            min = 0,
            max = 100)
        List<String> hosts,
    @Setting(
            doc =
                "Paths: exact; with {parameter}s, each for one segment; or with /* at the end, which"
                    + " is any rest and also the path without it. Compared as they are sent, in"
                    + " percent-encoding. Empty: any, where hosts are given.",
            min = 0,
            max = 100)
        List<String> paths,
    @Setting(doc = "Methods; GET is HEAD too. Empty: any.", min = 0, max = 50) List<String> methods,
    @Setting(
            doc =
                "Header fields: the exact value, '*' for any, or '~' and a simple regular expression"
                    + " for the whole value.",
            keys = Setting.Keys.TOKEN,
            max = 1000)
        Map<String, String> headers,
    @Setting(
            doc = "Parameters of the query, written like headers.",
            keys = Setting.Keys.TEXT,
            max = 1000)
        Map<String, String> query,
    @Setting(
            doc =
                "Version of the API as the client asks for it: 'Accept-Version: 2' or 'v2', or"
                    + " 'Accept: application/vnd.any.v2+json' or '...;version=2'. Empty: any.",
            def = "",
            max = 40)
        String version) {

  /**
   * The parameters of all its paths by first appearance: the order of {@link
   * RouteTable.Found#parameters}.
   */
  public List<String> parameterNames() {
    Set<String> names = new LinkedHashSet<>();
    for (String path : paths) {
      names.addAll(PathTemplate.parse(path).names());
    }
    return List.copyOf(names);
  }
}
