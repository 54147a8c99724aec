package dev.sluice.peers.orders;

import io.r2dbc.spi.ConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.ClassPathResource;
import org.springframework.r2dbc.connection.init.ResourceDatabasePopulator;
import org.springframework.r2dbc.core.DatabaseClient;

/** The client of the database, and its tables. */
@Configuration(proxyBeanMethods = false)
class DatabaseSetup {

  /**
   * Statements are written with $1 as PostgreSQL has them, so nobody need search them for names.
   */
  @Bean
  DatabaseClient databaseClient(ConnectionFactory pool) {
    return DatabaseClient.builder().connectionFactory(pool).namedParameters(false).build();
  }

  /** Makes the schema and Sluice's tables in it, if they are not there. */
  @Bean
  @Order(1)
  ApplicationRunner tables(
      DatabaseClient database, ConnectionFactory pool, @Value("${schema}") String schema) {
    return arguments -> {
      Boolean there =
          database
              .sql("SELECT to_regclass($1) IS NOT NULL")
              .bind(0, schema + ".outbox")
              .map(row -> row.get(0, Boolean.class))
              .one()
              .block();
      if (Boolean.TRUE.equals(there)) {
        return;
      }
      database.sql("CREATE SCHEMA IF NOT EXISTS " + schema).then().block();
      new ResourceDatabasePopulator(
              new ClassPathResource("dev/sluice/order/db/V001__orders.sql"),
              new ClassPathResource("dev/sluice/platform/db/V0_1__idempotency.sql"),
              new ClassPathResource("dev/sluice/platform/db/V0_2__outbox.sql"))
          .populate(pool)
          .block();
    };
  }
}
