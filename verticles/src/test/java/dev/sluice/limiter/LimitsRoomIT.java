package dev.sluice.limiter;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.FreePort;
import dev.sluice.TestGround;
import dev.sluice.codec.Caller;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Limits;
import dev.sluice.contract.Problem;
import dev.sluice.limiter.Decision.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rooms of two nodes, which share this JVM and the clustered bus, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsRoomIT {
  private static final Policy FREE = Policy.perSecond("free", 10, 20);
  private static final Policy PRO = Policy.perSecond("pro", 100, 200);
  private static final Caller ADMIN = TestGround.user(UUID.randomUUID(), "*:*");
  private static final Caller READER = TestGround.user(UUID.randomUUID(), "read:limits");

  private LimiterNode here;
  private LimiterNode there;

  @BeforeAll
  void join() throws Exception {
    int first = FreePort.find();
    int second = FreePort.find();
    here = LimiterNode.join("here", first, second);
    there = LimiterNode.join("there", second, first);
    for (LimiterNode node : List.of(here, there)) {
      until("each has heard the other", Duration.ofSeconds(30), () -> known(node) == 2);
    }
  }

  @AfterAll
  void leave() throws Exception {
    there.leave();
    here.leave();
  }

  @Test
  void aClientIsExplainedWithWhatAllNodesHoldOfIt() throws Exception {
    String client = "ip:192.0.2.1";
    here.holdings().hold(client, new Holdings.Held("free", -2, 400, 0, 1, 150, false));
    there.holdings().hold(client, new Holdings.Held("free", 3, 20, 2, 0, 0, false));
    there.holdings().hold(client, new Holdings.Held("pro", 0, -1, 0, 0, 0, true));
    here.log().allowed(FREE, client, 1);
    here.log().refused(FREE, client, 1, Outcome.DENIED, 150);
    there.log().refused(PRO, client, 3, Outcome.UNKNOWN, 1000);
    Limits.Explained explained = await(here.ask(new Limits.Explain(client), READER));
    assertThat(explained.nodes()).containsExactly("here", "there");
    assertThat(explained.missing()).doesNotContain("here", "there");
    assertThat(explained.buckets())
        .containsExactly(
            new Limits.Bucket(
                "free",
                3L,
                List.of(
                    new Limits.Holding("here", -2L, 400L, 0, 1, 150, false),
                    new Limits.Holding("there", 3L, 20L, 2, 0, 0, false))),
            new Limits.Bucket(
                "pro", null, List.of(new Limits.Holding("there", null, null, 0, 0, 0, true))));
    assertThat(explained.denials())
        .extracting(
            Limits.Denial::node,
            Limits.Denial::policy,
            Limits.Denial::reason,
            Limits.Denial::requests,
            Limits.Denial::cost,
            Limits.Denial::retryMillis)
        .containsExactlyInAnyOrder(
            tuple("here", "free", Limits.Reason.DENIED, 1, 1, 150L),
            tuple("there", "pro", Limits.Reason.UNKNOWN, 1, 3, 1000L));
  }

  @Test
  void aNodeThatWasThereAndIsSilentIsNamed() throws Exception {
    here.bus().publish(new Limits.Admitted("ghost", 0, List.of()));
    Limits.Explained explained = await(there.ask(new Limits.Explain("key:none"), READER));
    assertThat(explained.nodes()).containsExactly("here", "there");
    assertThat(explained.missing()).containsExactly("ghost");
    // Answers nobody asked for change nothing.
    here.bus().publish(new Limits.HoldingsTold(UUID.randomUUID(), "ghost", List.of(), List.of()));
    assertThat(await(there.ask(new Limits.Explain("key:none"), READER)).buckets()).isEmpty();
  }

  @Test
  void aResetFillsTheBucketsAndAllNodesForgetThem() throws Exception {
    String client = "key:reset";
    here.holdings().hold(client, new Holdings.Held("free", 0, 5, 0, 0, 90, false));
    there.holdings().hold(client, new Holdings.Held("free", 0, 5, 0, 1, 90, false));
    there.holdings().hold(client, new Holdings.Held("pro", 0, 5, 0, 0, 90, false));
    Limits.WasReset one = await(there.ask(new Limits.Reset(client, "free"), ADMIN));
    assertThat(one.policies()).containsExactly("free");
    assertThat(one.nodes()).containsExactly("here", "there");
    assertThat(here.holdings().of(client)).isEmpty();
    assertThat(there.holdings().of(client))
        .extracting(Holdings.Held::policy)
        .containsExactly("pro");
    Limits.WasReset rest = await(here.ask(new Limits.Reset(client, null), ADMIN));
    assertThat(rest.policies()).containsExactly("pro");
    assertThat(there.holdings().of(client)).isEmpty();
    assertThat(there.holdings().filled).containsExactly("key:reset free");
    assertThat(here.holdings().filled).containsExactly("key:reset pro");
    Failure nothing = (Failure) awaitFailure(here.ask(new Limits.Reset(client, null), ADMIN));
    assertThat(nothing.problem()).isEqualTo(Problem.NOT_FOUND);
  }

  @Test
  void aResetWithoutALedgerSaysSoAndNobodyForgets() throws Exception {
    String client = "key:away";
    here.holdings().hold(client, new Holdings.Held("free", 0, 5, 0, 0, 90, false));
    here.holdings().ledgerAway = true;
    try {
      Failure away = (Failure) awaitFailure(here.ask(new Limits.Reset(client, null), ADMIN));
      assertThat(away.problem()).isEqualTo(Problem.UNAVAILABLE);
      assertThat(here.holdings().of(client)).hasSize(1);
    } finally {
      here.holdings().ledgerAway = false;
    }
  }

  @Test
  void onlyAnAdminResets() throws Exception {
    Failure refused = (Failure) awaitFailure(here.ask(new Limits.Reset("key:x", "free"), READER));
    assertThat(refused.problem()).isEqualTo(Problem.DENIED);
    Caller user = TestGround.user(UUID.randomUUID(), "read:orders");
    assertThat(((Failure) awaitFailure(here.ask(new Limits.Explain("key:x"), user))).problem())
        .isEqualTo(Problem.DENIED);
  }

  @Test
  void aPreviewIsMadeOfTheTrafficOfAllNodes() throws Exception {
    Policy policy = Policy.perSecond("previewed", 1000, 1000);
    for (int i = 0; i < 6; i++) {
      here.log().allowed(policy, "key:a", 1);
      there.log().allowed(policy, "key:a", 1);
      there.log().allowed(policy, "key:b", 1);
    }
    there.log().refused(policy, "key:a", 1, Outcome.DENIED, 5);
    Limits.Preview tight = new Limits.Preview("previewed", 1, Duration.ofHours(1), 4L, null);
    Limits.Previewed previewed = await(here.ask(tight, READER));
    assertThat(previewed.clients()).isEqualTo(2);
    assertThat(previewed.requests()).isEqualTo(19);
    assertThat(previewed.refusedThen()).isEqualTo(1);
    assertThat(previewed.refused()).isEqualTo(13 - 4 + 6 - 4);
    assertThat(previewed.items())
        .containsExactly(new Limits.Client("key:a", 13, 1, 9), new Limits.Client("key:b", 6, 0, 2));
    assertThat(previewed.nodes()).containsExactly("here", "there");
    assertThat(previewed.from()).isBefore(previewed.to());
    Limits.Preview unknown =
        new Limits.Preview(
            "nobody's", 10, Duration.ofSeconds(2), null, Limits.Algorithm.SLIDING_WINDOW);
    assertThat(await(here.ask(unknown, READER)).from()).isNull();
    Limits.Preview impossible =
        new Limits.Preview(
            "previewed", 10, Duration.ofSeconds(1), null, Limits.Algorithm.SLIDING_WINDOW);
    Failure refused = (Failure) awaitFailure(here.ask(impossible, READER));
    assertThat(refused.problem()).isEqualTo(Problem.INVALID);
    assertThat(refused.fields()).extracting(Failure.Field::field).containsExactly("per");
  }

  @Test
  void whatBothNodesLetThroughIsAuditedOnBoth() throws Exception {
    Policy policy = Policy.perSecond("audited", 10, 20);
    for (int i = 0; i < 200; i++) {
      here.log().allowed(policy, "key:a", 1);
      there.log().allowed(policy, "key:a", 1);
    }
    for (LimiterNode node : List.of(here, there)) {
      // Less than what was refilled in the slots the test took, if the machine was slow.
      until("the excess is measured", Duration.ofSeconds(20), () -> excess(node) > 350);
      assertThat(excess(node)).isLessThanOrEqualTo(400 - 20 - 1);
    }
  }

  private static int known(LimiterNode node) throws Exception {
    return await(node.ask(new Limits.Explain("key:nobody"), READER)).nodes().size();
  }

  private static double excess(LimiterNode node) {
    var gauge =
        node.meters().find("limiter.over.admission.tokens").tag("policy", "audited").gauge();
    return gauge == null ? 0 : gauge.value();
  }
}
