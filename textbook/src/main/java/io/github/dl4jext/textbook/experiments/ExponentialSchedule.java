package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.GlorotUniform;
import io.github.dl4jext.activations.HeNormal;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.Exponential;
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

/** The chapter's exponential schedule, which changes at each step. */
@AutoService(Experiment.class)
public final class ExponentialSchedule implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public String name() {
    return "exponential-schedule";
  }

  @Override
  public String title() {
    return "SGD whose rate falls tenfold every 20,000 steps: 0.01 * 0.1^(t / 20,000)";
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
            "exponential decay costs no accuracy against a constant rate: 0.01 at most",
            means ->
                means.of("validation accuracy")
                    >= means.of("constant-rate", "validation accuracy after ten epochs") - 0.01));
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new SGD(new Exponential(0.01, 0.1, 20_000)).configure(network(context.seed())));
    net.init();
    History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress("exponential"), history);
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());

    context.curve(
        "validation accuracy by schedule", "exponential", history.of("validation accuracy"));
    context.curve("learning rate by schedule", "exponential", history.of(History.LEARNING_RATE));
    context.report(
        "validation accuracy", history.last("validation accuracy"), Book.accuracy(0.8662));
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
