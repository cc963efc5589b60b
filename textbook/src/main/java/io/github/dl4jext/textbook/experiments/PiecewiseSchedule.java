package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.GlorotUniform;
import io.github.dl4jext.activations.HeNormal;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.PiecewiseConstant;
import io.github.dl4jext.textbook.Book;
import io.github.dl4jext.textbook.Claim;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
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
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's piecewise constant schedule. Its boundaries are steps 50,000 and 80,000, which a
 * run of ten epochs of 1719 steps never reaches: the book's figure is one of the constant rate
 * 0.01.
 */
@AutoService(Experiment.class)
public final class PiecewiseSchedule implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public String name() {
    return "piecewise-schedule";
  }

  @Override
  public String title() {
    return "SGD with 0.01, then 0.005, then 0.001";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(8);
  }

  @Override
  public int defaultEpochs() {
    return 10;
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "a piecewise constant rate costs no accuracy against a constant rate: 0.01 at most",
            means ->
                means.of("validation accuracy")
                    >= means.of("constant-rate", "validation accuracy after ten epochs") - 0.01));
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    SGD optimizer =
        new SGD(new PiecewiseConstant(List.of(50_000, 80_000), List.of(0.01, 0.005, 0.001)));
    MultiLayerNetwork net = new MultiLayerNetwork(optimizer.configure(network(context.seed())));
    net.init();
    History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress("piecewise constant"), history);
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());

    context.curve(
        "validation accuracy by schedule", "piecewise constant", history.of("validation accuracy"));
    context.curve(
        "learning rate by schedule", "piecewise constant", history.of(History.LEARNING_RATE));
    context.report(
        "validation accuracy", history.last("validation accuracy"), Book.accuracy(0.8716));
  }

  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
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
