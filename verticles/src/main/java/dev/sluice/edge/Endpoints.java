package dev.sluice.edge;

import dev.sluice.codec.Names;
import dev.sluice.contract.Audit;
import dev.sluice.contract.Auth;
import dev.sluice.contract.Cache;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Limits;
import dev.sluice.contract.Node;
import dev.sluice.contract.Order;
import dev.sluice.contract.Request;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of what the edge offers of the rooms: one line a route. */
final class Endpoints {
  private static final String V1 = "/api/v1";

  static final List<Route> ROUTES =
      List.of(
          post("/auth/register", Auth.Register.class, 201),
          post("/auth/login", Auth.Login.class, 200),
          post("/auth/refresh", Auth.RefreshToken.class, 200),
          post("/auth/logout", Auth.Logout.class, 204),
          get("/auth/me", Auth.Me.class),
          get("/auth/keys", Auth.PublicKeys.class).alias("/.well-known/jwks.json"),
          post("/orders", Order.Create.class, 201)
              .at((Order.View order) -> V1 + "/orders/" + order.id()),
          get("/orders", Order.List.class)
              .pages(Order.Page::nextCursor, page -> page.items().size()),
          get("/orders/{orderId}", Order.Get.class),
          post("/orders/{orderId}/transitions", Order.Transition.class, 200),
          get("/audit", Audit.Find.class)
              .pages(Audit.Page::nextCursor, page -> page.items().size()),
          get("/admin/limits/explain", Limits.Explain.class),
          post("/admin/limits/reset", Limits.Reset.class, 200),
          post("/admin/limits/preview", Limits.Preview.class, 200),
          delete("/admin/cache", Cache.Purge.class),
          post("/admin/cache/purge", Cache.Purge.class, 200),
          put("/admin/log-levels/{logger}", Node.SetLogLevel.class));

  /** The index of what is no route to a room. */
  static final int OTHER = ROUTES.size();

  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  private Endpoints() {}

  /** Where in {@link #ROUTES} the contract of this name is, which must be there. */
  static int indexOf(String contract) {
    for (int i = 0; i < ROUTES.size(); i++) {
      if (Names.of(ROUTES.get(i).contract()).equals(contract)) {
        return i;
      }
    }
    throw new IllegalArgumentException("the name of a contract, which '" + contract + "' is not");
  }

  /**
   * A route to a contract.
   *
   * @param template the canonical path
   * @param status of a good answer
   * @param location where what was created is, or null
   * @param nextCursor of a page, or null
   * @param rows how many items a page has, or null
   * @param aliases other paths that mean the same
   */
  record Route(
      HttpMethod method,
      String template,
      Class<? extends Contract> contract,
      int status,
      Function<Contract, String> location,
      Function<Contract, String> nextCursor,
      ToIntFunction<Contract> rows,
      List<String> aliases) {

    @SuppressWarnings("unchecked") // a Request<R> is answered with an R
    <R extends Contract> Route at(Function<R, String> where) {
      return new Route(
          method,
          template,
          contract,
          status,
          (Function<Contract, String>) where,
          nextCursor,
          rows,
          aliases);
    }

    @SuppressWarnings("unchecked")
    <R extends Contract> Route pages(Function<R, String> cursor, ToIntFunction<R> size) {
      return new Route(
          method,
          template,
          contract,
          status,
          location,
          (Function<Contract, String>) cursor,
          (ToIntFunction<Contract>) size,
          aliases);
    }

    /** The same contract at another place. */
    Route moved(HttpMethod otherMethod, String otherTemplate) {
      return new Route(
          otherMethod, otherTemplate, contract, status, location, nextCursor, rows, List.of());
    }

    Route alias(String other) {
      List<String> more = new ArrayList<>(aliases);
      more.add(other);
      return new Route(
          method, template, contract, status, location, nextCursor, rows, List.copyOf(more));
    }

    /** Names of the parameters in the template, in order. */
    List<String> parameters() {
      Matcher matcher = PARAMETER.matcher(template);
      List<String> names = new ArrayList<>();
      while (matcher.find()) {
        names.add(matcher.group(1));
      }
      return names;
    }

    boolean takesBody() {
      return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.DELETE);
    }
  }

  private static <R extends Contract> Route get(String path, Class<? extends Request<R>> contract) {
    return route(HttpMethod.GET, path, contract, 200);
  }

  private static <R extends Contract> Route post(
      String path, Class<? extends Request<R>> contract, int status) {
    return route(HttpMethod.POST, path, contract, status);
  }

  private static <R extends Contract> Route delete(
      String path, Class<? extends Request<R>> contract) {
    return route(HttpMethod.DELETE, path, contract, 200);
  }

  private static <R extends Contract> Route put(String path, Class<? extends Request<R>> contract) {
    return route(HttpMethod.PUT, path, contract, 200);
  }

  /** Each is also found without the version, and the auth routes without /api as well. */
  private static Route route(
      HttpMethod method, String path, Class<? extends Contract> contract, int status) {
    List<String> aliases =
        path.startsWith("/auth/") ? List.of("/api" + path, path) : List.of("/api" + path);
    return new Route(method, V1 + path, contract, status, null, null, null, aliases);
  }
}
