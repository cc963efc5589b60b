package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.optimizers.GradientAccumulation;
import io.github.dl4jext.optimizers.Lookahead;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Optimizers;
import io.github.dl4jext.spi.ParameterName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** An optimizer with decay and a trust ratio, written against public types alone, works as ours. */
class ThirdPartyOptimizerTest {

  private static final Optimizer OPTIMIZER = new TrustedDecay(0.05, 0.1);

  private static final List<ParameterName> PARAMETERS =
      List.of(
          new ParameterName("layer0", "W"),
          new ParameterName("layer0", "b"),
          new ParameterName("layer1", "W"),
          new ParameterName("layer1", "b"));

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(7).dataType(DataType.DOUBLE);
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(2).nOut(5).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(5)
        .nOut(1)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork layers(Optimizer optimizer) {
    MultiLayerConfiguration conf = base().list().layer(hidden()).layer(output()).build();
    MultiLayerNetwork net = new MultiLayerNetwork(Optimizers.install(optimizer, conf));
    net.init();
    return net;
  }

  private static DataSet data() {
    Nd4j.getRandom().setSeed(3);
    INDArray x = Nd4j.randn(DataType.DOUBLE, 32, 2);
    return new DataSet(x, x.sum(true, 1));
  }

  @Test
  void itsStepIsTheOneWritten() {
    MultiLayerNetwork net = layers(OPTIMIZER);
    DataSet data = data();
    INDArray weights = net.getParam("0_W").dup();
    INDArray bias = net.getParam("0_b").dup();
    net.setInput(data.getFeatures());
    net.setLabels(data.getLabels());
    net.computeGradientAndScore();
    // not yet divided by the size of the minibatch
    INDArray gradient = net.gradient().getGradientFor("0_W").div(32);
    INDArray ofBias = net.gradient().getGradientFor("0_b").div(32);
    net.fit(data);
    INDArray step = gradient.mul(0.05).add(weights.mul(0.05 * 0.1));
    step.muli(0.05 * weights.norm2Number().doubleValue() / step.norm2Number().doubleValue());
    assertThat(weights.sub(net.getParam("0_W")).distance2(step)).isCloseTo(0, within(1e-12));
    assertThat(bias.sub(net.getParam("0_b")).distance2(ofBias.mul(0.05)))
        .as("terms act on weights only")
        .isCloseTo(0, within(1e-12));
  }

  @Test
  void trainsBothKindsOfNetworkAndThoseRestoredAlike() throws IOException {
    DataSet data = data();
    MultiLayerNetwork net = layers(OPTIMIZER);
    double before = net.score(data);
    for (int i = 0; i < 100; i++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before / 4);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes.toByteArray()));
    net.fit(data);
    restored.fit(data);
    assertThat(restored.params().toDoubleVector()).isEqualTo(net.params().toDoubleVector());

    ComputationGraphConfiguration conf =
        base()
            .graphBuilder()
            .addInputs("in")
            .addLayer("hidden", hidden(), "in")
            .addLayer("out", output(), "hidden")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(OPTIMIZER.configure(conf));
    graph.init();
    before = graph.score(data);
    for (int i = 0; i < 100; i++) {
      graph.fit(data);
    }
    assertThat(graph.score(data)).isLessThan(before / 4);
  }

  @Test
  void anotherOptimizerTakesItsTermsAway() {
    MultiLayerNetwork net = layers(OPTIMIZER);
    BaseLayer hidden = (BaseLayer) net.getLayerWiseConfigurations().getConf(0).getLayer();
    assertThat(hidden.getRegularization()).isEqualTo(OPTIMIZER.regularizations());
    net.fit(data());
    CarryOver kept = OPTIMIZER.configure(net);
    assertThat(kept.kept()).isEqualTo(PARAMETERS);
    assertThat(hidden.getRegularization()).isEqualTo(OPTIMIZER.regularizations());
    assertThat(new Adam().configure(net).reset().keySet()).containsExactlyElementsOf(PARAMETERS);
    assertThat(hidden.getRegularization()).isEmpty();
  }

  @Test
  void isWrapped() {
    DataSet data = data();
    MultiLayerNetwork once = layers(OPTIMIZER);
    MultiLayerNetwork twice = layers(new GradientAccumulation(OPTIMIZER, 2));
    once.fit(data);
    twice.fit(data);
    twice.fit(data);
    assertThat(twice.params().distance2(once.params())).isCloseTo(0, within(1e-12));
    MultiLayerNetwork ahead = layers(new Lookahead(OPTIMIZER, 2, 0.5));
    INDArray slow = ahead.params().dup();
    ahead.fit(data);
    assertThat(ahead.params().distance2(once.params())).isCloseTo(0, within(1e-12));
    once.fit(data);
    ahead.fit(data);
    INDArray half = once.params().add(slow).divi(2);
    assertThat(ahead.params().distance2(half)).isCloseTo(0, within(1e-12));
  }

  @Test
  void oneOfNd4jsUpdatersMayBeTheUpdater() {
    Optimizer foreign =
        new Optimizer() {
          @Override
          public IUpdater updater() {
            return new org.nd4j.linalg.learning.config.Adam(0.05);
          }

          @Override
          public List<OptimizerTerm> terms() {
            return List.of(new TrustedDecay.Decay(0.1));
          }
        };
    MultiLayerNetwork net = layers(new Adam(0.05));
    DataSet data = data();
    double before = net.score(data);
    net.fit(data);
    assertThat(foreign.configure(net).kept()).isEqualTo(PARAMETERS);
    for (int i = 0; i < 100; i++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before / 4);
    assertThatThrownBy(() -> new Lookahead(foreign))
        .hasMessageContaining("an update rule of this library");
  }
}
