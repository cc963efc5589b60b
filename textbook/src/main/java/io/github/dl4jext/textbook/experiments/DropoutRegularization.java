package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.regularization.dropout.Dropout;
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
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The chapter's dropout: a rate of 0.2 on the inputs and on both hidden layers. */
@AutoService(Experiment.class)
public final class DropoutRegularization implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public About about() {
    return new About(
            "dropout",
            "a fifth of the pixels and hidden units dropped in training, compared with none",
            Duration.ofSeconds(12),
            10)
        .in(Section.REGULARIZATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "dropout narrows the gap between training and validation loss",
            averages -> averages.get(gap("dropout")) < averages.get(gap("without"))));
  }

  private static String gap(String what) {
    return "validation loss minus training loss, " + what;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerNetwork net =
        train(context, data, "dropout", network(context.seed(), Dropout.dropping(0.2)));
    context.report(
        "validation accuracy",
        net.evaluate(data.validation().batches(500)).accuracy(),
        ReferenceFigure.accuracy(0.8732));
    context.report(
        "test accuracy",
        net.evaluate(data.test().batches(500)).accuracy(),
        ReferenceFigure.accuracy(0.8700).amongSeeds("PyTorch", 0.8639, 0.0032, 55));

    MultiLayerNetwork without = train(context, data, "without", network(context.seed(), null));
    context.report("test accuracy, without", without.evaluate(data.test().batches(500)).accuracy());
  }

  private static MultiLayerNetwork train(
      Context context, ImageData data, String what, MultiLayerConfiguration layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(new Momentum(0.01, 0.9).configure(layers));
    net.init();
    // Without dropout, as the validation loss is, so that the two can be compared.
    History history =
        new History(
            Monitor.validationLoss(data.validation().batches(500)),
            Monitor.validationLoss(data.train().batches(500)).named("training loss"));
    net.setListeners(context.progress(what), history);
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
    context.curve(
        "loss with and without dropout", what + ", training", history.of("training loss"));
    context.curve(
        "loss with and without dropout", what + ", validation", history.of("validation loss"));
    context.report(gap(what), history.last("validation loss") - history.last("training loss"));
    return net;
  }

  /** Dropout on a layer drops its inputs: here the pixels and the outputs of both hidden layers. */
  private static MultiLayerConfiguration network(long seed, IDropout dropout) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .dropOut(dropout)
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
