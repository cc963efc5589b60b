package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.network.noise.MaskSeeds;
import io.github.dl4jext.spi.Plugins;
import java.util.Map;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/** What is common to the dropouts of this module, beyond what every dropout must keep. */
class ActivationNoiseTest {

  private static INDArray forward(IDropout dropout, INDArray x, int iteration) {
    return dropout.applyDropout(x, x, iteration, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  @Test
  void forgetsMaskSeedsInTheEnd() {
    Dropout dropout = Dropout.dropping(0.5);
    for (int i = 0; i < 2 * MaskSeeds.CAPACITY; i++) {
      forward(dropout, Nd4j.ones(2, 2), i);
    }
    assertThat(dropout.pending()).isEqualTo(MaskSeeds.CAPACITY);
    dropout.clear();
    assertThat(dropout.pending()).isZero();
  }

  @Test
  void aNetworkLeavesNothingBehind() {
    Dropout dropout = Dropout.dropping(0.5);
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(3).nOut(3).dropOut(dropout).build())
            .layer(Dropouts.layer(dropout))
            .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(3).build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    assertThat(net.getLayer(1).conf().getLayer().getIDropout()).isSameAs(dropout);
    assertThat(net.getLayer(0).conf().getLayer().getIDropout()).isSameAs(dropout);
    for (int i = 0; i < 2; i++) {
      net.output(Nd4j.rand(4, 3), true);
      assertThat(dropout.pending()).isZero();
      net.fit(Nd4j.rand(4, 3), Nd4j.rand(4, 3));
      assertThat(dropout.pending()).isZero();
    }
  }

  /** Two recurrent layers that share the instance. */
  private static MultiLayerNetwork recurrent(IDropout shared) {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(2)
            .dataType(DataType.DOUBLE)
            .list()
            .layer(new LSTM.Builder().nIn(3).nOut(3).dropOut(shared).build())
            .layer(new SimpleRnn.Builder().nIn(3).nOut(3).dropOut(shared).build())
            .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(3).build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  @Test
  void recurrentLayersMayShareAnInstance() {
    MultiLayerNetwork net = recurrent(Dropout.dropping(0.4));
    INDArray x = Nd4j.rand(DataType.DOUBLE, 2, 3, 4);
    INDArray y = Nd4j.rand(DataType.DOUBLE, 2, 3, 4);
    for (int layer = 0; layer < 3; layer++) {
      assertThat(GradientChecks.error(net, net.getLayer(layer), x, y)).isLessThan(1e-7);
    }
  }

  @Test
  void truncatedBackpropagationLeavesNothingBehind() {
    Dropout dropout = Dropout.dropping(0.4);
    MultiLayerNetwork net = recurrent(dropout);
    net.getLayerWiseConfigurations().setBackpropType(BackpropType.TruncatedBPTT);
    net.getLayerWiseConfigurations().setTbpttFwdLength(3);
    net.getLayerWiseConfigurations().setTbpttBackLength(3);
    INDArray before = net.params().dup();
    net.fit(Nd4j.rand(DataType.DOUBLE, 2, 3, 8), Nd4j.rand(DataType.DOUBLE, 2, 3, 8));
    assertThat(net.getIterationCount()).as("segments of 3, 3 and 2 steps").isEqualTo(3);
    assertThat(net.params().toDoubleVector()).isNotEqualTo(before.ravel().toDoubleVector());
    assertThat(dropout.pending()).isZero();
  }

  @Test
  void aLayerBelowAFrozenOneLeavesNothingBehind() {
    Dropout dropout = Dropout.dropping(0.4);
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(3).nOut(3).dropOut(dropout).build())
            .layer(new FrozenLayer(new DenseLayer.Builder().nIn(3).nOut(3).build()))
            .layer(
                new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(3).dropOut(dropout).build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    for (int i = 0; i < 3; i++) {
      net.fit(Nd4j.rand(4, 3), Nd4j.rand(4, 3));
      assertThat(dropout.pending()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Dropout         | {"rate":0.25}                           | dropout(rate=0.25)
          AlphaDropout    | {"rate":0.25}                           | alpha_dropout(rate=0.25)
          GaussianDropout | {"rate":0.25}                           | gaussian_dropout(rate=0.25)
          GaussianNoise   | {"stddev":0.25}                         | gaussian_noise(stddev=0.25)
          SpatialDropout  | {"rate":0.25,"format":"CHANNELS_FIRST"} | spatial_dropout(rate=0.25)
          """)
  void readsWhatIsInSavedModels(String name, String fields, String spec)
      throws JsonProcessingException {
    String json =
        "{\"@class\":\"io.github.dl4jext.regularization.dropout."
            + name
            + "\","
            + fields.substring(1);
    IDropout dropout = Plugins.installed().create(IDropout.class, spec);
    assertThat(NeuralNetConfiguration.mapper().readValue(json, IDropout.class)).isEqualTo(dropout);
    assertThat(NeuralNetConfiguration.mapper().readTree(json))
        .isEqualTo(NeuralNetConfiguration.mapper().valueToTree(dropout));
  }

  @Test
  void noiseThatIsAddedHasNoNeedToBeRemembered() {
    GaussianNoise noise = new GaussianNoise(1);
    forward(noise, Nd4j.ones(2, 2), 0);
    assertThat(noise.pending()).isZero();
  }

  @Test
  void aBackwardPassWithoutForwardPassLeavesTheGradient() {
    Dropout dropout = Dropout.dropping(0.5);
    INDArray gradient = Nd4j.ones(3, 4);
    assertThat(dropout.backprop(gradient, gradient, 0, 0)).isEqualTo(Nd4j.ones(3, 4));
    forward(dropout, Nd4j.ones(3, 4), 6); // of another step
    assertThat(dropout.backprop(gradient, gradient, 7, 0)).isEqualTo(Nd4j.ones(3, 4));
  }

  @Test
  void saysSoIfTheGradientHasAnotherShape() {
    Dropout dropout = Dropout.dropping(0.5);
    forward(dropout, Nd4j.ones(2, 3, 3, 4), 0);
    INDArray gradient = Nd4j.ones(2, 4, 3, 3);
    assertThatThrownBy(() -> dropout.backprop(gradient, gradient, 0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[2, 4, 3, 3]")
        .hasMessageContaining("[2, 3, 3, 4]")
        .hasMessageContaining("DropoutLayer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dropout(rate=0.5)",
        "alpha_dropout(rate=0.5)",
        "gaussian_dropout(rate=0.5)",
        "gaussian_noise(stddev=1)",
        "spatial_dropout(rate=0.5)"
      })
  void whatIsBrokenStaysBroken(String spec) {
    IDropout dropout = Plugins.installed().create(IDropout.class, spec);
    INDArray x = Nd4j.valueArrayOf(new long[] {4, 3, 2}, Double.NaN, DataType.DOUBLE);
    assertThat(forward(dropout, x.dup(), 0).reshape(24).toDoubleVector()).containsOnly(Double.NaN);
    assertThat(dropout.backprop(x, x, 0, 0).reshape(24).toDoubleVector()).containsOnly(Double.NaN);
    INDArray infinite = Nd4j.valueArrayOf(new long[] {4, 3, 2}, 1 / 0.0, DataType.DOUBLE);
    for (double y : forward(dropout, infinite, 0).reshape(24).toDoubleVector()) {
      assertThat(Double.isFinite(y)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dropout(rate=0.5)", "gaussian_dropout(rate=0.5)"})
  void takesHalfPrecisionAndEmptyArrays(String spec) {
    IDropout dropout = Plugins.installed().create(IDropout.class, spec);
    for (DataType type : new DataType[] {DataType.FLOAT16, DataType.BFLOAT16}) {
      INDArray x = Nd4j.ones(type, 4, 5);
      INDArray y = forward(dropout, x.dup(), 0);
      assertThat(y.dataType()).isEqualTo(type);
      assertThat(y).isNotEqualTo(x);
      INDArray gradient = dropout.backprop(x.dup(), x.dup(), 0, 0);
      assertThat(gradient).isEqualTo(y); // of ones, the factor is left
    }
    assertThat(forward(dropout, Nd4j.create(DataType.FLOAT, 0, 3), 0).isEmpty()).isTrue();
  }

  @Test
  void refusesWholeNumbers() {
    INDArray x = Nd4j.ones(DataType.INT32, 2, 3);
    assertThatThrownBy(() -> forward(Dropout.dropping(0.5), x, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Dropout: activations must be floating-point numbers, were INT");
    assertThatThrownBy(() -> Dropout.dropping(0.5).disturb(x, new CounterRandom(1, 2), 0, 0))
        .hasMessageContaining("floating-point numbers");
  }

  @Test
  void refusesASeedTooFew() {
    assertThatThrownBy(
            () -> Dropout.dropping(0.5).disturb(Nd4j.ones(3, 2), new CounterRandom(1, 2), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an array of 3 rows")
        .hasMessageContaining("for 2: there must be a seed");
  }

  @Test
  void saysSoIfAScheduleLeavesTheRange() {
    Dropout dropout =
        Dropout.dropping(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 3, 1.0)));
    forward(dropout, Nd4j.ones(2, 2), 2);
    assertThatThrownBy(() -> forward(dropout, Nd4j.ones(2, 2), 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("rate must be a number in [0, 1)")
        .hasMessageContaining("1.0 at iteration 3 of epoch 0");
  }

  @Test
  void aLayerThatDropsSurvivesJson() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(3).nOut(3).build())
            .layer(Dropouts.layer("alpha_dropout(rate=0.1)"))
            .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(3).build())
            .build();
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(conf.toJson());
    assertThat(read).isEqualTo(conf);
    DropoutLayer layer = (DropoutLayer) read.getConf(1).getLayer();
    assertThat(layer.getIDropout()).isEqualTo(AlphaDropout.dropping(0.1));
  }
}
