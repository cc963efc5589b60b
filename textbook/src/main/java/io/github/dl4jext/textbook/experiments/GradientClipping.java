package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.SGD;
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
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Fed with pixels from 0 to 255, as by many beginners, the network explodes. The chapter's two ways
 * to clip the gradient prevent that: each number is clipped to the range from -1.0 to 1.0, or all
 * of them together to a norm of 1.0.
 */
@AutoService(Experiment.class)
public final class GradientClipping implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public About about() {
    return new About(
            "gradient-clipping",
            "clipping by value and by norm, on a network that explodes without it",
            Duration.ofSeconds(8),
            3)
        .in(Section.CLIPPING);
  }

  @Override
  public List<Claim> claims() {
    return List.of(saves("by value"), saves("by norm"));
  }

  private static Claim saves(String how) {
    return new Claim(
            "clipping "
                + how
                + " keeps the network from exploding: it reaches an accuracy of 0.3, and without"
                + " clipping it does not",
            // An exploded network may have the accuracy NaN.
            averages ->
                averages.get(accuracy(how)) >= 0.3 && !(averages.get(accuracy("without")) >= 0.3))
        .onAllImages();
  }

  private static String accuracy(String how) {
    return "validation accuracy, " + how;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    train(context, data, "without");
    train(context, data, "by value", new ClipByValue(1.0));
    train(context, data, "by norm", new ClipByGlobalNorm(1.0));
  }

  private static void train(
      Context context, ImageData data, String how, TrainingListener... clipping) {
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(0.01).configure(network(context.seed())));
    net.init();
    DataSetIterator validation = unscaled(data.validation().batches(500));
    History history = new History(Monitor.validationAccuracy(validation));
    net.setListeners(context.progress(how), history);
    net.addListeners(clipping);
    net.fit(unscaled(data.train().shuffledBatches(32, context.seed())), context.epochs());
    context.curve("validation accuracy by clipping", how, history.of("validation accuracy"));
    context.report(accuracy(how), history.last("validation accuracy"));
  }

  private static DataSetIterator unscaled(DataSetIterator batches) {
    batches.setPreProcessor(batch -> batch.getFeatures().muli(255));
    return batches;
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
