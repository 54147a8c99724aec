package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void theMedianIsInTheMiddle() {
    Figures figures = of(9, 1, 5);
    assertThat(figures.median()).isEqualTo(5);
    assertThat(figures.least()).isEqualTo(1);
    assertThat(figures.most()).isEqualTo(9);
    assertThat(figures.all()).containsExactly(9.0, 1.0, 5.0);
  }

  @Test
  void ofAnEvenNumberItIsHalfwayBetweenTwo() {
    assertThat(of(4, 1, 2, 100).median()).isEqualTo(3);
    assertThat(of(7).median()).isEqualTo(7);
  }

  private static Figures of(double... rounds) {
    Figures figures = new Figures();
    for (double round : rounds) {
      figures.add(round);
    }
    return figures;
  }
}
