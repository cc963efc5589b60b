package io.github.dl4jext.network.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MaskSeedsTest {

  private final MaskSeeds seeds = new MaskSeeds();

  private static GeneratorNoise noise(long seed) {
    return new GeneratorNoise(seed, 'c', DataType.FLOAT);
  }

  @Test
  void aStepsPassesAreRecalledLatestFirstAndOnce() {
    INDArray x = Nd4j.ones(2, 3);
    seeds.remember(x, 5, 1, noise(1));
    seeds.remember(Nd4j.ones(3, 2), 5, 1, noise(2));
    seeds.remember(x, 5, 1, noise(3));
    assertThat(seeds.recall(x, 5, 2)).isNull();
    assertThat(seeds.recall(x, 5, 1)).isEqualTo(noise(3));
    assertThat(seeds.recall(x, 5, 1)).isEqualTo(noise(1));
    assertThatThrownBy(() -> seeds.recall(x, 5, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the gradient has the shape [2, 3], but the activations")
        .hasMessageContaining("had [3, 2]");
  }

  @Test
  void anInputIsFoundAsOftenAsAskedWhateverItsOrderInMemory() {
    INDArray x = Nd4j.linspace(1, 6, 6, DataType.FLOAT).reshape('c', 2, 3);
    seeds.remember(x.neg(), noise(1));
    seeds.remember(x, noise(2));
    assertThat(seeds.find(x.dup('f'))).isEqualTo(noise(2));
    assertThat(seeds.find(x)).isEqualTo(noise(2));
    assertThat(seeds.find(x.neg())).isEqualTo(noise(1));
    assertThat(seeds.find(x.reshape('c', 3, 2))).isNull();
    seeds.remember(x, noise(3));
    assertThat(seeds.find(x)).as("the latest").isEqualTo(noise(3));
  }

  @Test
  void aThreadForgetsItsOwnStepsOnlyAndNoInput() throws InterruptedException {
    INDArray x = Nd4j.ones(2, 3);
    Thread other = new Thread(() -> seeds.remember(x, 0, 0, noise(1)));
    other.start();
    other.join();
    seeds.remember(x, 0, 0, noise(2));
    seeds.remember(x, noise(3));
    seeds.clear();
    assertThat(seeds.size()).isEqualTo(2);
    assertThat(seeds.recall(x, 0, 0)).as("another thread's").isNull();
    assertThat(seeds.find(x)).isEqualTo(noise(3));
  }

  @Test
  void theOldestAreForgotten() {
    INDArray x = Nd4j.ones(2, 3);
    seeds.remember(x, noise(1));
    for (int i = 0; i < MaskSeeds.CAPACITY; i++) {
      seeds.remember(x, i, 0, noise(2));
    }
    assertThat(seeds.size()).isEqualTo(MaskSeeds.CAPACITY);
    assertThat(seeds.find(x)).isNull();
  }
}
