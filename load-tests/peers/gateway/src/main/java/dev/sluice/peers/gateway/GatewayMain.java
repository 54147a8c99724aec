package dev.sluice.peers.gateway;

import dev.sluice.peers.lifeline.Lifeline;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import reactor.core.publisher.Mono;

/** Starts the gateway; its options are on top of {@code application.yaml}. */
@SpringBootApplication(proxyBeanMethods = false)
public class GatewayMain {

  public static void main(String[] args) {
    SpringApplication gateway = new SpringApplication(GatewayMain.class);
    gateway.addListeners(new Lifeline());
    gateway.run(args);
  }

  /** Who is counted: the API key as it stands, a request without one is refused. */
  @Bean
  @Profile("limiter")
  KeyResolver apiKey() {
    return exchange -> Mono.justOrEmpty(exchange.getRequest().getHeaders().getFirst("X-API-Key"));
  }
}
