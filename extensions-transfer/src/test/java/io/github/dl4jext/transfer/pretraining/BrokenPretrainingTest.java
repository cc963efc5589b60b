package io.github.dl4jext.transfer.pretraining;

import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.PIXELS;
import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.barsAndStripes;
import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.batches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** What the data or a reader of the reports throws ends a pretraining, which can begin again. */
class BrokenPretrainingTest {

  private static final INDArray PICTURES = barsAndStripes();
  private static final String BROKEN = "the data are broken";

  /** Throws at the batch of this number, counted over all passes. */
  private static DataSetIterator brokenAt(int batch) {
    return new ListDataSetIterator<>(new DataSet(PICTURES, PICTURES).asList(), 7) {
      private int given;

      @Override
      public DataSet next() {
        if (given++ == batch) {
          throw new IllegalStateException(BROKEN);
        }
        return super.next();
      }
    };
  }

  private static StackedAutoencoder autoencoder(boolean greedy) {
    return StackedAutoencoder.builder(
            StackedAutoencoderTest.dense(6, Activation.TANH),
            StackedAutoencoderTest.dense(3, Activation.TANH))
        .epochs(2)
        .greedy(greedy)
        .build();
  }

  private static DeepBeliefNetwork beliefs() {
    return DeepBeliefNetwork.of(
        RestrictedBoltzmannMachine.builder(PIXELS, 6).build(),
        RestrictedBoltzmannMachine.builder(6, 3).build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void autoencodersBeginAgain(boolean greedy) {
    StackedAutoencoder once = autoencoder(greedy);
    // the second pass of the first pair; where greedy, also within the second pair
    for (int batch : greedy ? new int[] {3, 6} : new int[] {3}) {
      assertThatThrownBy(() -> once.pretrain(brokenAt(batch))).hasStackTraceContaining(BROKEN);
      assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
    }
    Nd4j.getRandom().setSeed(3);
    PretrainedStack again = once.pretrain(batches(PICTURES, 7));
    Nd4j.getRandom().setSeed(3);
    PretrainedStack fresh = autoencoder(greedy).pretrain(batches(PICTURES, 7));
    assertThat(again.autoencoder().params().toDoubleVector())
        .isEqualTo(fresh.autoencoder().params().toDoubleVector());
    assertThat(again.encoder().params().toDoubleVector())
        .isEqualTo(fresh.encoder().params().toDoubleVector());
  }

  /** Machines are trained where they are: they keep what the batches before have taught them. */
  @Test
  void machinesOfABeliefNetworkGoOn() {
    DeepBeliefNetwork network = beliefs();
    for (int batch : new int[] {3, 6}) {
      assertThatThrownBy(() -> network.pretrain(brokenAt(batch), 2, (epoch, machine) -> {}))
          .hasStackTraceContaining(BROKEN);
    }
    assertThatThrownBy(
            () ->
                network.pretrain(
                    batches(PICTURES, 7),
                    2,
                    (epoch, machine) -> {
                      throw new IllegalStateException("the report is broken");
                    }))
        .hasMessage("the report is broken");
    assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
    MultiLayerNetwork pretrained =
        network.pretrain(batches(PICTURES, 7), 2, (epoch, machine) -> {});
    assertThat(pretrained.params().sumNumber().doubleValue()).isFinite();
    assertThat(pretrained.params().toDoubleVector())
        .as("it has seen more batches than one that began anew")
        .isNotEqualTo(
            beliefs()
                .pretrain(batches(PICTURES, 7), 2, (epoch, machine) -> {})
                .params()
                .toDoubleVector());
  }
}
