package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.HeUniform;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
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
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The nine optimizers in the chapter's edition for PyTorch: all at 0.05, a rate that suits plain
 * gradient descent, momentum and AdaGrad. RMSprop, Adam, NAdam and AdamW move each weight by about
 * the rate in each step, however small the gradient is; at 0.05 they learn badly or not at all.
 *
 * <p>AdaGrad is the best of all in the edition, 0.8864 against 0.8710 for plain gradient descent,
 * with one seed. Five seeds in PyTorch came to 0.8774 and 0.8744, two of ours to 0.8764 and 0.8802:
 * the two are equally good.
 */
@AutoService(Experiment.class)
public final class OptimizersFromPyTorch implements Experiment {

  private static final int DRAWN_IMAGES = 1_000;
  private static final String SGD = "SGD";
  private static final String NESTEROV = "Nesterov";
  private static final String ADAGRAD = "AdaGrad";

  /** Those whose steps are about as long as the rate. */
  private static final List<String> TOO_FAST = List.of("RMSprop", "Adam", "NAdam", "AdamW");

  /** An optimizer with the edition's figure. */
  private record Row(String name, String spec, ReferenceFigure book) {}

  // The edition's networks that fail have no bound: a network that learns by luck is no worse.
  private static final List<Row> EDITION =
      List.of(
          learns(SGD, "sgd(learningRate=0.05)", 0.8710, 0.8744, 0.0073),
          learns("momentum", "momentum(learningRate=0.05, momentum=0.9)", 0.8582, 0.8524, 0.0095),
          learns(NESTEROV, "nesterov(learningRate=0.05, momentum=0.9)", 0.8566, 0.8632, 0.0102),
          learns(ADAGRAD, "adagrad(learningRate=0.05)", 0.8864, 0.8774, 0.0024),
          fails("RMSprop", "rmsprop(learningRate=0.05, rho=0.9)", 0.2708),
          fails("Adam", "adam(learningRate=0.05)", 0.2960),
          learns("AdaMax", "adamax(learningRate=0.05)", 0.8546, 0.8521, 0.0055),
          fails("NAdam", "nadam(learningRate=0.05)", 0.1042),
          fails("AdamW", "adamw(learningRate=0.05, weightDecay=1e-5)", 0.1042));

  /** With the mean and the standard deviation of five seeds in PyTorch. */
  private static Row learns(String name, String spec, double book, double mean, double deviation) {
    return new Row(
        name, spec, ReferenceFigure.accuracy(book).amongSeeds("PyTorch", mean, deviation, 5));
  }

  private static Row fails(String name, String spec, double book) {
    return new Row(name, spec, ReferenceFigure.shown(book));
  }

  @Override
  public About about() {
    return new About(
            "optimizers-pytorch",
            "the nine optimizers of the newer edition, all at a rate of 0.05",
            Duration.ofSeconds(20),
            10)
        .in(Section.OPTIMIZERS);
  }

  @Override
  public List<Claim> claims() {
    return Stream.concat(
            TOO_FAST.stream().map(OptimizersFromPyTorch::tooFast),
            Stream.of(
                new Claim(
                    "0.05 is not too high for AdaGrad: it ends at most 0.01 behind plain SGD",
                    averages ->
                        averages.get(accuracy(ADAGRAD)) >= averages.get(accuracy(SGD)) - 0.01)))
        .toList();
  }

  private static Claim tooFast(String name) {
    return new Claim(
            "0.05 is too high for " + name + ": it ends behind Nesterov's momentum",
            averages -> averages.get(accuracy(name)) < averages.get(accuracy(NESTEROV)))
        .onAllImages();
  }

  private static String accuracy(String name) {
    return "validation accuracy, " + name;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    for (Row row : EDITION) {
      Optimizer optimizer = Plugins.installed().create(Optimizer.class, row.spec());
      MultiLayerNetwork net = new MultiLayerNetwork(optimizer.configure(network(context.seed())));
      net.init();
      History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
      net.setListeners(context.progress(row.name()), history);
      net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
      context.curve("accuracy by optimizer at 0.05", row.name(), history.of("validation accuracy"));
      context.report(accuracy(row.name()), history.last("validation accuracy"), row.book());
    }
  }

  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeUniform())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
