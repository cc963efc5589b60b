package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
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
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The nine optimizers of the chapter on the same network of three hidden layers of 100 units. */
@AutoService(Experiment.class)
public final class OptimizerComparison implements Experiment {

  /** A row of the chapter's table; no figure where the chapter gives none. */
  private record Row(String name, String spec, ReferenceFigure book) {}

  private static final List<Row> CHAPTER =
      List.of(
          new Row("SGD", "sgd(learningRate=0.001)", null),
          row("momentum", "momentum(learningRate=0.001, momentum=0.9)", 0.8672),
          row("Nesterov", "nesterov(learningRate=0.001, momentum=0.9)", 0.8708),
          row("AdaGrad", "adagrad(learningRate=0.001)", 0.8424),
          row("RMSprop", "rmsprop(learningRate=0.001, rho=0.9)", 0.8636),
          row("Adam", "adam(learningRate=0.001)", 0.8696),
          row("AdaMax", "adamax(learningRate=0.001)", 0.8780),
          // in Keras's form, as the figure is Keras's
          row("NAdam", "nadam(learningRate=0.001, momentumDecay=1, form=paper)", 0.8740),
          row("AdamW", "adamw(learningRate=0.001, weightDecay=1e-5)", 0.8702));

  private static Row row(String name, String spec, double book) {
    return new Row(name, spec, ReferenceFigure.accuracy(book));
  }

  private static final int BATCH = 32;
  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public About about() {
    return new About(
            "optimizers",
            "the nine optimizers of the chapter on the same 3x100 network",
            Duration.ofSeconds(60),
            10)
        .in(Section.OPTIMIZERS);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        faster("Adam"),
        faster("NAdam"),
        faster("RMSprop"),
        new Claim(
                "AdaGrad stops early: it ends behind Adam",
                averages -> averages.get(accuracy("AdaGrad")) < averages.get(accuracy("Adam")))
            .onAllImages(),
        new Claim(
            "momentum beats plain SGD",
            averages -> averages.get(accuracy("momentum")) > averages.get(accuracy("SGD"))));
  }

  private static Claim faster(String name) {
    return new Claim(
        name + " is faster than plain SGD: ahead of it after one epoch",
        averages -> averages.get(early(name)) > averages.get(early("SGD")));
  }

  private static String early(String name) {
    return "after 1 epoch, " + name;
  }

  private static String accuracy(String name) {
    return "validation accuracy, " + name;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    for (Row row : CHAPTER) {
      Optimizer optimizer = Plugins.installed().create(Optimizer.class, row.spec());
      MultiLayerNetwork net = new MultiLayerNetwork(optimizer.configure(network(context.seed())));
      net.init();
      History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
      net.setListeners(context.progress(row.name()), history);
      net.fit(data.train().shuffledBatches(BATCH, context.seed()), context.epochs());

      double[] byEpoch = history.of("validation accuracy");
      context.curve("validation accuracy by optimizer", row.name(), byEpoch);
      context.report(early(row.name()), byEpoch[0]);
      context.report(accuracy(row.name()), history.last("validation accuracy"), row.book());
    }
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
