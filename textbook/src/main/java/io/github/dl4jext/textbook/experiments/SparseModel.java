package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.regularization.penalties.L1;
import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The chapter's guideline for a sparse model: train with an l1 penalty, then set the weights that
 * have become small to zero.
 */
@AutoService(Experiment.class)
public final class SparseModel implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final double[] COEFFICIENTS = {0, 1e-4, 3e-4, 1e-3};
  private static final double SMALL = 1e-3;

  @Override
  public About about() {
    return new About(
            "sparse-model",
            "how many weights an l1 penalty makes superfluous, and what their removal costs",
            Duration.ofSeconds(10),
            10)
        .in(Section.OPTIMIZERS);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "with an l1 penalty of 0.001 more than half of the weights are superfluous",
            averages -> averages.get(zeros(1e-3)) > 0.5),
        new Claim(
            "removing the superfluous weights costs less than 0.01 of accuracy",
            averages -> averages.get(pruned(1e-3)) > averages.get(accuracy(1e-3)) - 0.01));
  }

  private static String zeros(double coefficient) {
    return "share of zero weights, l1 " + coefficient;
  }

  private static String accuracy(double coefficient) {
    return "validation accuracy, l1 " + coefficient;
  }

  private static String pruned(double coefficient) {
    return "validation accuracy without small weights, l1 " + coefficient;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    double[] zeros = new double[COEFFICIENTS.length];
    double[] accuracy = new double[COEFFICIENTS.length];
    for (int i = 0; i < COEFFICIENTS.length; i++) {
      double coefficient = COEFFICIENTS[i];
      MultiLayerConfiguration layers = network(context.seed());
      if (coefficient > 0) {
        Regularizations.onWeights(layers, new L1(coefficient));
      }
      MultiLayerNetwork net = new MultiLayerNetwork(new Adam(0.001).configure(layers));
      net.init();
      net.setListeners(context.progress("l1 " + coefficient));
      net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
      context.report(
          accuracy(coefficient), net.evaluate(data.validation().batches(500)).accuracy());
      zeros[i] = prune(net);
      accuracy[i] = net.evaluate(data.validation().batches(500)).accuracy();
      context.report(zeros(coefficient), zeros[i]);
      context.report(pruned(coefficient), accuracy[i]);
    }
    context.picture(
        "accuracy by share of zero weights",
        LineChart.titled("")
            .xLabel("share of zero weights")
            .yLabel("validation accuracy")
            .line("l1 from 0 to 0.001", zeros, accuracy)
            .build());
  }

  /** Sets small weights to zero, and returns their share. */
  private static double prune(MultiLayerNetwork net) {
    double removed = 0;
    double all = 0;
    for (int layer = 0; layer < net.getnLayers(); layer++) {
      INDArray weights = net.getParam(layer + "_W");
      INDArray kept = Transforms.abs(weights).gte(SMALL).castTo(weights.dataType());
      removed += kept.length() - kept.sumNumber().doubleValue();
      all += kept.length();
      weights.muli(kept);
    }
    return removed / all;
  }

  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .build();
  }
}
