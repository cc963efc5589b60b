package io.github.dl4jext.textbook.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.freezing.Freezing;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The two steps of a generative adversarial network. */
class AdversarialPretrainingTest {

  private static final int NOISE = 30;

  private static final Layer[] GENERATOR = {
    new DenseLayer.Builder().nIn(NOISE).nOut(6).build(),
    new DenseLayer.Builder().nIn(6).nOut(5).activation(Activation.SIGMOID).build()
  };

  private static final Layer[] DISCRIMINATOR = {
    new DenseLayer.Builder().nIn(5).nOut(4).build(),
    new OutputLayer.Builder(LossFunction.XENT).nIn(4).nOut(1).activation(Activation.SIGMOID).build()
  };

  private static MultiLayerNetwork network(IUpdater updater, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(updater)
            .activation(Activation.TANH)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .list();
    for (Layer layer : layers) {
      list.layer(layer.clone());
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static INDArray noise() {
    return Nd4j.rand(DataType.FLOAT, 8, NOISE);
  }

  @Test
  void theGeneratorsStepLeavesTheDiscriminatorAsItIs() {
    MultiLayerNetwork generator = network(new Adam(0.01), GENERATOR);
    MultiLayerNetwork discriminator = network(new Adam(0.01), DISCRIMINATOR);
    AdversarialPretraining.discriminatorStep(
        discriminator, generator, Nd4j.rand(DataType.FLOAT, 8, 5));
    INDArray weights = discriminator.params().dup();
    INDArray state = discriminator.updaterState().dup();
    INDArray made = generator.params().dup();
    for (int i = 0; i < 3; i++) {
      AdversarialPretraining.generatorStep(generator, discriminator, noise());
    }
    assertThat(discriminator.params().toFloatVector()).containsExactly(weights.toFloatVector());
    assertThat(discriminator.updaterState().toFloatVector()).containsExactly(state.toFloatVector());
    assertThat(discriminator.getIterationCount()).isOne();
    assertThat(generator.params().toFloatVector()).isNotEqualTo(made.toFloatVector());
    assertThat(generator.getIterationCount()).isEqualTo(3);
  }

  @Test
  void theDiscriminatorsStepLeavesTheGeneratorAsItIs() {
    MultiLayerNetwork generator = network(new Adam(0.01), GENERATOR);
    MultiLayerNetwork discriminator = network(new Adam(0.01), DISCRIMINATOR);
    INDArray made = generator.params().dup();
    INDArray told = discriminator.params().dup();
    AdversarialPretraining.discriminatorStep(
        discriminator, generator, Nd4j.rand(DataType.FLOAT, 8, 5));
    assertThat(generator.params().toFloatVector()).containsExactly(made.toFloatVector());
    assertThat(discriminator.params().toFloatVector()).isNotEqualTo(told.toFloatVector());
  }

  /** The other way to write it: one network of both, of which the upper half is frozen. */
  @Test
  void theGeneratorsStepIsThatOfAStackWithAFrozenDiscriminator() {
    MultiLayerNetwork generator = network(new Sgd(0.5), GENERATOR);
    MultiLayerNetwork discriminator = network(new Sgd(0.5), DISCRIMINATOR);
    MultiLayerNetwork stack =
        network(new Sgd(0.5), GENERATOR[0], GENERATOR[1], DISCRIMINATOR[0], DISCRIMINATOR[1]);
    INDArray before = generator.params().dup();
    stack.setParams(Nd4j.concat(1, before.reshape(1, -1), discriminator.params().reshape(1, -1)));
    stack = Freezing.freeze(stack, LayerSelector.at(2, 3));
    INDArray noise = noise();
    stack.fit(new DataSet(noise, Nd4j.ones(DataType.FLOAT, 8, 1)));
    AdversarialPretraining.generatorStep(generator, discriminator, noise);
    for (String each : generator.paramTable().keySet()) {
      assertThat(generator.getParam(each).distance2(stack.getParam(each)))
          .as(each)
          .isCloseTo(0, within(1e-6));
    }
    assertThat(generator.params().distance2(before)).isGreaterThan(1e-3);
  }
}
