package io.github.dl4jext.transfer.pretraining;

import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.PIXELS;
import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.barsAndStripes;
import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.batches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Machines one above the other. */
class DeepBeliefNetworkTest {

  @Test
  void stacksToADeepBeliefNetwork() {
    INDArray pictures = barsAndStripes();
    RestrictedBoltzmannMachine low = RestrictedBoltzmannMachine.builder(PIXELS, 8).build();
    RestrictedBoltzmannMachine high = RestrictedBoltzmannMachine.builder(8, 4).build();
    List<String> told = new ArrayList<>();

    MultiLayerNetwork pretrained =
        DeepBeliefNetwork.of(low, high)
            .pretrain(
                batches(pictures, 7), 2, (epoch, layer) -> told.add(layer + ":" + epoch.number()));

    assertThat(pretrained.getLayerNames()).containsExactly("layer0", "layer1");
    assertThat(told).containsExactly("0:1", "0:2", "1:1", "1:2");
    assertThat(
            pretrained
                .output(pictures)
                .equalsWithEps(high.hiddenProbabilities(low.hiddenProbabilities(pictures)), 1e-6))
        .isTrue();
    assertThatThrownBy(() -> DeepBeliefNetwork.of(low, low))
        .hasMessage(
            "restricted_boltzmann_machine: machine 0 gives 8 inputs, but it has 9 visible units");
    assertThatThrownBy(DeepBeliefNetwork::of).hasMessageContaining("at least one");
  }
}
