package dev.sluice.rules.bad.common;

import io.vertx.ext.web.Router;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import org.apache.kafka.clients.admin.NewTopic;
import org.flywaydb.core.Flyway;
import org.postgresql.PGConnection;

/** Takes every library into its own hands, in a package that is about nothing. */
final class Grabber {
  Router router;
  NewTopic topic;
  KafkaProducer<String, String> producer;
  Pool pool;
  Connection jdbc;
  Flyway flyway;
  PGConnection driver;
  Redis redis;
}
