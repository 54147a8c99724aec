package dev.sluice.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.resolver.NameResolver;
import java.util.List;

/** Finds the addresses of host names, without blocking. */
@FunctionalInterface
interface HostNames {

  /** All addresses of a name, IPv4 or IPv6 without brackets, at least one; fails otherwise. */
  Future<List<String>> addresses(String host);

  /**
   * As Vert.x finds the names it connects to: the hosts file, the search domains of resolv.conf
   * (which names of Kubernetes services need), then DNS. The public {@code DnsClient} knows only
   * the last. Answers are kept for as long as their time to live says, so looking up more often
   * costs nothing.
   */
  static HostNames of(Vertx vertx) {
    NameResolver resolver = ((VertxInternal) vertx).nameResolver();
    return host -> {
      Promise<List<String>> found = Promise.promise();
      resolver.resolveAll(
          host,
          done -> {
            if (done.failed()) {
              found.fail(done.cause());
            } else {
              found.complete(
                  done.result().stream()
                      .map(address -> address.getAddress().getHostAddress())
                      .toList());
            }
          });
      return found.future();
    };
  }
}
