package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.schedules.finder.LearningRateFinder;
import io.github.dl4jext.schedules.finder.LearningRateSweep;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What sets rates from outside works on every sort of optimizer. */
class OptimizersAndRatesTest {

  private static MultiLayerNetwork network(String spec) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            Plugins.installed()
                .create(Optimizer.class, spec)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .seed(1)
                        .dataType(DataType.DOUBLE)
                        .list()
                        .layer(
                            new DenseLayer.Builder()
                                .nIn(4)
                                .nOut(5)
                                .activation(Activation.TANH)
                                .build())
                        .layer(
                            new OutputLayer.Builder(LossFunction.MSE)
                                .nIn(5)
                                .nOut(1)
                                .activation(Activation.IDENTITY)
                                .build())
                        .build()));
    net.init();
    return net;
  }

  private static DataSet data() {
    Nd4j.getRandom().setSeed(5);
    INDArray features = Nd4j.randn(DataType.DOUBLE, 16, 4);
    return new DataSet(features, features.sum(true, 1).divi(4));
  }

  private static double rate(MultiLayerNetwork net, int layer, String parameter) {
    IUpdater updater = net.getLayer(layer).getConfig().getUpdaterByParam(parameter);
    return updater.getLearningRate(net.getIterationCount(), net.getEpochCount());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd(learningRate=0.01)",
        "adamw(learningRate=0.01)",
        "lion(learningRate=0.01)",
        "lamb(learningRate=0.01)",
        "lars(learningRate=0.01)",
        "lookahead(optimizer=nadam(learningRate=0.01))",
        "gradient_accumulation(optimizer=adamw(learningRate=0.01), minibatches=2)"
      })
  void aPlateauScalesItsRateAndTheFinderLeavesItAlone(String spec) {
    MultiLayerNetwork net = network(spec);
    LearningRateSweep sweep =
        LearningRateFinder.builder(net)
            .startRate(1e-4)
            .endRate(1)
            .steps(30)
            .build()
            .sweep(new SingletonDataSetIterator(data()));
    assertThat(sweep.rates()).hasSizeGreaterThan(5);
    assertThat(rate(net, 0, "W")).isEqualTo(0.01);
    assertThat(net.getIterationCount()).isZero();

    net.setListeners(
        ReduceOnPlateau.builder()
            .monitor(Monitor.maximizing("figure", model -> 1))
            .factor(0.5)
            .patience(1)
            .build());
    for (int epoch = 0; epoch < 3; epoch++) {
      net.fit(new SingletonDataSetIterator(data()));
    }
    for (String parameter : List.of("W", "b")) {
      for (int layer = 0; layer < 2; layer++) {
        assertThat(rate(net, layer, parameter)).isCloseTo(0.0025, within(1e-12));
      }
    }
  }

  @Test
  void anOptimizerTakesOneCyclesRateAndMomentum() {
    OneCycle rate = OneCycle.geron(0.1, 100);
    MultiLayerNetwork net = network("sgd(learningRate=1)");
    new Momentum(rate, rate.momentum()).configure(net);
    double before = net.score(data());
    for (int i = 0; i < 100; i++) {
      net.fit(data());
    }
    assertThat(net.score(data())).isLessThan(before / 10);
    assertThat(rate(net, 0, "W")).isLessThan(0.0002);
  }

  @Test
  void aConstantIsTheNumberThatItStandsFor() {
    Plugins plugins = Plugins.installed();
    for (String name : List.of("adam", "nadam")) {
      Optimizer ofConstants =
          plugins.create(
              Optimizer.class,
              name + "(learningRate=constant(rate=0.1), beta1=constant(rate=0.8))");
      assertThat(ofConstants)
          .isEqualTo(plugins.create(Optimizer.class, name + "(learningRate=0.1, beta1=0.8)"));
      assertThat(ofConstants).asString().contains("learningRate=0.1", "beta1=0.8");
    }
  }
}
