package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's max-norm regularization: after each step the incoming weights of a hidden unit are
 * scaled down if their norm exceeds 1.
 */
@AutoService(Experiment.class)
public final class MaxNormConstraint implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public About about() {
    return new About(
            "max-norm",
            "the incoming weights of each hidden unit kept within a ball of radius 1",
            Duration.ofSeconds(8),
            10)
        .in(Section.REGULARIZATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "no norm exceeds the limit by more than one part in a million",
            averages -> averages.get("largest incoming norm, hidden layers") <= 1 + 1e-6),
        new Claim(
            "without max-norm the largest norm exceeds the limit",
            averages -> averages.get("largest incoming norm, without") > 1));
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerNetwork net =
        train(
            context,
            data,
            "max-norm",
            Constraints.onWeights(
                network(context.seed()), LayerSelector.at(0, 1), new MaxNorm(1.0)));
    context.report(
        "validation accuracy",
        net.evaluate(data.validation().batches(500)).accuracy(),
        ReferenceFigure.accuracy(0.8578));
    context.report("largest incoming norm, hidden layers", largestNorm(net));

    MultiLayerNetwork without = train(context, data, "without", network(context.seed()));
    context.report(
        "validation accuracy, without",
        without.evaluate(data.validation().batches(500)).accuracy());
    context.report("largest incoming norm, without", largestNorm(without));
  }

  private static MultiLayerNetwork train(
      Context context, ImageData data, String what, MultiLayerConfiguration layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(new Momentum(0.01, 0.9).configure(layers));
    net.init();
    History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress(what), history);
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
    context.curve("validation accuracy by constraint", what, history.of("validation accuracy"));
    return net;
  }

  /** A column holds the incoming weights of a unit. */
  private static double largestNorm(MultiLayerNetwork net) {
    double first = net.getParam("0_W").castTo(DataType.DOUBLE).norm2(0).maxNumber().doubleValue();
    double second = net.getParam("1_W").castTo(DataType.DOUBLE).norm2(0).maxNumber().doubleValue();
    return Math.max(first, second);
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
