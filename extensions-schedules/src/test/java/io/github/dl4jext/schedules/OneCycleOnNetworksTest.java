package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Rate and momentum together, through a whole run. */
class OneCycleOnNetworksTest {

  private static final int STEPS = 40;
  private static final OneCycle RATE = OneCycle.geron(0.5, STEPS);

  private static MultiLayerNetwork network(IUpdater updater) {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(updater)
            .list(
                new OutputLayer.Builder(LossFunction.MSE)
                    .nIn(1)
                    .nOut(1)
                    .hasBias(false)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  private static void train(MultiLayerNetwork net, int steps) {
    INDArray one = Nd4j.ones(DataType.DOUBLE, 1, 1);
    for (int i = 0; i < steps; i++) {
      net.fit(new DataSet(one, one.mul(3)));
    }
  }

  /** One weight under (w - 3)^2 with Nesterov's momentum by hand. */
  @Test
  void trainsAsByHand() {
    MultiLayerNetwork net = network(new Nesterovs(RATE, RATE.momentum()));
    double weight = net.params().getDouble(0);
    double velocity = 0;
    for (int step = 0; step < STEPS; step++) {
      double momentum = RATE.momentum().valueAt(step, 0);
      double gradient = 2 * (weight - 3);
      double before = velocity;
      velocity = momentum * velocity - RATE.valueAt(step, 0) * gradient;
      weight += (1 + momentum) * velocity - momentum * before;
      train(net, 1);
      assertThat(net.params().getDouble(0)).as("step %s", step).isCloseTo(weight, within(1e-12));
    }
  }

  @Test
  void isSavedInMidRunAndTrainsOnAsIfItHadNotBeen() throws IOException {
    MultiLayerNetwork net = network(new Nesterovs(RATE, RATE.momentum()));
    train(net, STEPS / 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(restored.getLayerWiseConfigurations()).isEqualTo(net.getLayerWiseConfigurations());
    for (int step = STEPS / 3; step < STEPS + 5; step++) {
      train(net, 1);
      train(restored, 1);
      assertThat(restored.params().toDoubleVector())
          .as("step %s", step)
          .isEqualTo(net.params().toDoubleVector());
    }
  }
}
