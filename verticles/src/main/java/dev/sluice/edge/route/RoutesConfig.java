package dev.sluice.edge.route;

import dev.sluice.edge.upstream.UpstreamConfig;
import dev.sluice.platform.config.Setting;
import java.util.List;
import java.util.Map;

/**
 * What is written in routes.yaml. {@link RoutesReader} reads and checks it, and makes upstreams and
 * routes of what is written in Kong's shape; these two Maps are all there is then.
 */
public record RoutesConfig(
    @Setting(doc = "The services by name.", keys = Setting.Keys.ENTITY)
        Map<String, UpstreamConfig> upstreams,
    @Setting(doc = "The routes by name.", keys = Setting.Keys.ENTITY)
        Map<String, RouteConfig> routes,
    @Setting(
            doc = "Services with their routes and plugins in Kong's declarative shape.",
            min = 0,
            max = 10_000)
        List<KongService> services,
    @Setting(doc = "Plugins for all of 'services', in Kong's shape.", min = 0, max = 100)
        List<KongPlugin> plugins,
    @Setting(
            doc = "The version of Kong's shape.",
            def = "",
            allowed = {"1.1", "2.1", "3.0"})
        String _formatVersion) {}
