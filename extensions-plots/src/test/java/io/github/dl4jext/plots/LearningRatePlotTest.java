package io.github.dl4jext.plots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.schedules.finder.LearningRateFinder;
import io.github.dl4jext.schedules.finder.LearningRateSweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LearningRatePlotTest {

  private static LearningRateSweep sweep(boolean graph, double startRate) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Sgd(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(8).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(8)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    Nd4j.getRandom().setSeed(4);
    DataSet data = new DataSet(Nd4j.rand(64, 4), Nd4j.rand(64, 2).addi(1));
    Model model = graph ? net.toComputationGraph() : net;
    return LearningRateFinder.builder(model)
        .startRate(startRate)
        .endRate(1e3)
        .steps(100)
        .build()
        .sweep(new ListDataSetIterator<>(data.asList(), 16));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDescentIsShownWithoutTheDivergingEnd(boolean graph, @TempDir Path folder)
      throws IOException {
    LearningRateSweep sweep = sweep(graph, 1e-4);
    LineChart chart = LearningRatePlot.of(sweep);
    Line line = chart.lines().get(0);
    int shown = line.x().length;
    double[] smoothed = sweep.smoothed();
    double highest = Arrays.stream(line.y()).max().getAsDouble();
    assertThat(line.x()).isEqualTo(Arrays.copyOf(sweep.rates(), shown));
    assertThat(line.y()).isEqualTo(Arrays.copyOf(smoothed, shown));
    assertThat(shown).isBetween(20, smoothed.length - 1);
    assertThat(smoothed[shown]).as("the first that is left out").isGreaterThan(highest);
    assertThat(highest).isLessThan(2.01 * smoothed[0]);
    assertThat(line.y()).contains(Arrays.stream(smoothed).min().getAsDouble());
    assertThat(chart.markers()).containsExactly(new LineChart.Marker("valley", sweep.suggestion()));
    assertThat(chart.xAxis().logarithmic()).isTrue();
    chart.writePng(folder.resolve("rates.png"));
    var image = ImageIO.read(folder.resolve("rates.png").toFile());
    assertThat(image.getWidth()).isEqualTo(640);
    assertThat(image.getHeight()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSweepOfTooFewPointsHasNoMarker(boolean graph) {
    LearningRateSweep sweep = sweep(graph, 50);
    assertThat(sweep.hasSuggestion()).isFalse();
    LineChart chart = LearningRatePlot.titled("few", sweep).build();
    assertThat(chart.title()).isEqualTo("few");
    assertThat(chart.markers()).isEmpty();
    assertThat(chart.lines().get(0).x()).isNotEmpty();
  }
}
