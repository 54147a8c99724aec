package dev.sluice.peers.orders;

import java.net.URI;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** The two requests over HTTP. */
@RestController
class OrderController {
  private static final String ORDERS = "/api/v1/orders";

  private final OrderService orders;

  OrderController(OrderService orders) {
    this.orders = orders;
  }

  @PostMapping(ORDERS)
  Mono<ResponseEntity<Order>> create(
      @RequestBody Order.Create request,
      @AuthenticationPrincipal Jwt token,
      @RequestHeader(name = "Idempotency-Key", required = false) String key,
      @RequestHeader(name = "X-Request-Id", required = false) String correlationId,
      @RequestHeader(name = "traceparent", required = false) String traceparent) {
    return orders
        .create(request, Caller.of(token), key, Trace.of(correlationId, traceparent))
        .map(order -> ResponseEntity.created(URI.create(ORDERS + "/" + order.id())).body(order));
  }

  @GetMapping(ORDERS + "/{orderId}")
  Mono<Order> get(@PathVariable UUID orderId, @AuthenticationPrincipal Jwt token) {
    return orders
        .get(orderId, Caller.of(token))
        .switchIfEmpty(
            Mono.error(
                () ->
                    new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "there is no order " + orderId)));
  }
}
