package dev.sluice.peers.orders;

import dev.sluice.peers.lifeline.Lifeline;
import java.time.InstantSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Starts the service; its options are on top of {@code application.yaml}. */
@SpringBootApplication(proxyBeanMethods = false)
public class OrdersMain {

  public static void main(String[] args) {
    SpringApplication orders = new SpringApplication(OrdersMain.class);
    orders.addListeners(new Lifeline());
    orders.run(args);
  }

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }
}
