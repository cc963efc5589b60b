package io.github.dl4jext.listeners.clipping;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.dense;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.graph;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Clips where {@code fit} of a network is not what computes the gradient. */
class HandMadeGradientsTest {

  private static final int ROWS = 5;

  private static Model model(boolean asGraph, boolean miniBatch, Layer... layers) {
    var base = base(new Sgd(1)).miniBatch(miniBatch);
    return asGraph ? graph(base, layers) : network(base, layers);
  }

  /** From errors that come from elsewhere; of a network without a loss. */
  private static Gradient externalGradient(Model model) {
    INDArray x = Nd4j.linspace(DataType.DOUBLE, -2, 0.3, ROWS * 3).reshape(ROWS, 3);
    INDArray errors = Nd4j.linspace(DataType.DOUBLE, 3, -0.7, ROWS * 2).reshape(ROWS, 2);
    if (model instanceof MultiLayerNetwork net) {
      net.setInput(x);
      net.feedForward(true, false);
      return net.backpropGradient(errors, null).getFirst();
    }
    ComputationGraph net = (ComputationGraph) model;
    net.feedForward(new INDArray[] {x}, true, false);
    return net.backpropGradient(errors);
  }

  private static double[] numbers(Gradient gradient) {
    return gradient.gradientForVariable().values().stream()
        .flatMapToDouble(
            array -> Arrays.stream(array.dup().reshape(array.length()).toDoubleVector()))
        .toArray();
  }

  private static double norm(double... numbers) {
    return Math.sqrt(Arrays.stream(numbers).map(x -> x * x).sum());
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void gradientsOfExternalErrorsAreClippedByHand(boolean asGraph, boolean miniBatch) {
    Model model =
        model(asGraph, miniBatch, dense(3, 4, Activation.TANH), dense(4, 2, Activation.TANH));
    double divisor = miniBatch ? ROWS : 1;
    double[] before = numbers(externalGradient(model));

    ClipByGlobalNorm byNorm = new ClipByGlobalNorm(0.1);
    Gradient gradient = externalGradient(model);
    byNorm.clip(model, gradient, ROWS);
    double factor = 0.1 * divisor / norm(before);
    assertThat(factor).isLessThan(0.5);
    assertThat(numbers(gradient))
        .containsExactly(Arrays.stream(before).map(g -> g * factor).toArray(), within(1e-12));
    assertThat(byNorm.report(model).norm()).isCloseTo(norm(before) / divisor, within(1e-12));
    assertThat(byNorm.report(model).clippedSteps()).isEqualTo(1);

    gradient = externalGradient(model);
    double limit = 0.02;
    new ClipByValue(limit).clip(model, gradient, ROWS);
    double most = limit * divisor;
    assertThat(numbers(gradient))
        .containsExactly(
            Arrays.stream(before).map(g -> Math.min(Math.max(g, -most), most)).toArray(),
            within(1e-12));

    gradient = externalGradient(model);
    new AdaptiveClip().clip(model, gradient, ROWS);
    INDArray unit = gradient.getGradientFor("1_W").getColumn(0);
    INDArray weights = model.getParam("1_W").getColumn(0);
    assertThat(norm(unit.dup().toDoubleVector()))
        .isCloseTo(0.01 * divisor * norm(weights.dup().toDoubleVector()), within(1e-12));
  }

  @Test
  void aGradientOfAnotherNetworkIsRefused() {
    Model model = model(false, true, dense(3, 4, Activation.TANH), dense(4, 2, Activation.TANH));
    assertThatThrownBy(() -> new ClipByValue(1).clip(model, new DefaultGradient(), ROWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the gradient must be one of the network, as backpropGradient returns it; it has none"
                + " for 0_W, but for []");
    Gradient broken = externalGradient(model);
    broken.getGradientFor("1_b").putScalar(0, Double.NaN);
    assertThatThrownBy(() -> new ClipByGlobalNorm(1, true).clip(model, broken, ROWS))
        .hasMessageContaining("was NaN at iteration 0, first in parameter 1_b");
  }

  /** Pretrains by one step of size 1, and gives how far the parameters went. */
  private static double[] pretrained(boolean asGraph, Layer layer, TrainingListener... listeners) {
    Nd4j.getRandom().setSeed(9);
    Model model = model(asGraph, true, layer, output(2, 2));
    listen(model, listeners);
    double[] before = model.params().dup().toDoubleVector();
    var data =
        new ListDataSetIterator<>(
            new DataSet(
                    Nd4j.linspace(DataType.DOUBLE, 0, 0.07, ROWS * 3).reshape(ROWS, 3),
                    Nd4j.zeros(DataType.DOUBLE, ROWS, 2))
                .asList(),
            ROWS);
    if (model instanceof MultiLayerNetwork net) {
      net.pretrainLayer(0, data);
    } else {
      ((ComputationGraph) model).pretrainLayer("0", data);
    }
    double[] after = model.params().dup().toDoubleVector();
    double[] moved = new double[after.length];
    Arrays.setAll(moved, i -> after[i] - before[i]);
    return moved;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void layersThatArePretrainedAreClipped(boolean asGraph) {
    Layer vae =
        new VariationalAutoencoder.Builder()
            .nIn(3)
            .nOut(2)
            .encoderLayerSizes(4)
            .decoderLayerSizes(4)
            .build();
    Layer denoising = new AutoEncoder.Builder().nIn(3).nOut(2).corruptionLevel(0).build();
    for (Layer layer : new Layer[] {vae, denoising}) {
      double[] free = pretrained(asGraph, layer);
      double[] byNorm = pretrained(asGraph, layer, new ClipByGlobalNorm(1e-3));
      double[] byValue = pretrained(asGraph, layer, new ClipByValue(1e-3));
      double[] adaptively = pretrained(asGraph, layer, new AdaptiveClip());
      assertThat(norm(free)).isGreaterThan(0.02);
      assertThat(norm(byNorm)).isCloseTo(1e-3, within(1e-12));
      assertThat(Arrays.stream(byValue).map(Math::abs).max().getAsDouble())
          .isCloseTo(1e-3, within(1e-12));
      assertThat(norm(adaptively)).isPositive().isLessThan(norm(free));
    }
  }
}
