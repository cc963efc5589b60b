package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * Tests that an optimizer does not interfere with weight decay that a user adds: the decay shrinks
 * weights by its share at each step, which no trust ratio scales, and does nothing when the
 * optimizer makes no step. {@link OptimizerContract} extends this class.
 */
public abstract class RegularizedOptimizerContract extends StoredOptimizerContract {

  private static final int STEPS = 12;

  RegularizedOptimizerContract() {}

  @Test
  final void aUsersWeightDecayActsByItsShareInAMultiLayerNetwork() {
    assertDecays(Networks::multiLayer);
  }

  @Test
  final void aUsersWeightDecayActsByItsShareInAComputationGraph() {
    assertDecays(Networks::graph);
  }

  private void assertDecays(Function<UnaryOperator<DenseLayer.Builder>, Model> network) {
    double share = 1e-4;
    Network plain = configured(network.apply(UnaryOperator.identity()));
    Network decayed =
        configured(
            network.apply(
                layer -> {
                  layer.regularization(new ArrayList<>(List.of(new WeightDecay(share, false))));
                  return layer;
                }));
    DataSet data = Networks.data();
    data.getFeatures().assign(0); // the weights of the first layer have no gradients
    for (int i = 0; i < STEPS; i++) {
      double[] before = Networks.numbers(plain.model());
      double[] decayedBefore = Networks.numbers(decayed.model());
      plain.fit(data);
      decayed.fit(data);
      if (Arrays.equals(Networks.numbers(plain.model()), before)) {
        assertThat(Networks.numbers(decayed.model()))
            .as("in minibatch %d there is no step", i)
            .isEqualTo(decayedBefore);
      }
    }
    INDArray left = weights(decayed).div(weights(plain));
    assertThat(1 - left.maxNumber().doubleValue()).isGreaterThan(share / 2);
    // twice, for the velocity of an optimizer's own decay is larger beside weights that shrink more
    assertThat(1 - left.minNumber().doubleValue()).isLessThan(2 * STEPS * share);
  }

  private Network configured(Model model) {
    create().configure(model);
    return Network.of(model);
  }

  private static INDArray weights(Network network) {
    return network.slots().get(0).value();
  }
}
