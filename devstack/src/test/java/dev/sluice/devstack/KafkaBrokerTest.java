package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {

  @TempDir Path folder;

  @Test
  void recordsSurviveStopAndStartOnTheSamePort() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(folder, 0)) {
      int port = broker.port();
      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      send(broker.bootstrapServers(), "one");
      broker.stop();
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(free.isBound()).isTrue();
      }
      broker.start();
      assertThat(broker.port()).isEqualTo(port);
      send(broker.bootstrapServers(), "two");
      assertThat(received(broker.bootstrapServers(), 2)).containsExactly("one", "two");
    }
  }

  @Test
  void servesTransactions() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(folder, 0)) {
      Map<String, Object> config =
          Map.of(
              "bootstrap.servers",
              broker.bootstrapServers(),
              "transactional.id",
              "t",
              "max.block.ms",
              20_000);
      try (var producer =
          new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("kept", "paid")).get(20, TimeUnit.SECONDS);
        producer.commitTransaction();
      }
      assertThat(received(broker.bootstrapServers(), 1)).containsExactly("paid");
    }
  }

  @Test
  void namesAPortThatIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> KafkaBroker.start(folder, other.getLocalPort()))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " ");
    }
  }

  static void send(String servers, String value) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", servers, "max.block.ms", 20_000);
    try (var producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("kept", value)).get(20, TimeUnit.SECONDS);
    }
  }

  static List<String> received(String servers, int count) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", servers, "group.id", "g", "auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("kept"));
      while (values.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(one -> values.add(one.value()));
      }
    }
    return values;
  }
}
