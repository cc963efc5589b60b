package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.regularization.penalties.L1;
import io.github.dl4jext.regularization.penalties.L2;
import io.github.dl4jext.regularization.penalties.Regularizations;
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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The chapter's l2 penalty, and an l1 penalty for comparison. Keras's {@code l2(0.01)} adds 0.01
 * times the sum of squares to the loss, whereas DL4J adds half of its coefficient times that sum:
 * the coefficient here is 0.02.
 */
@AutoService(Experiment.class)
public final class WeightPenalties implements Experiment {

  private static final int DRAWN_IMAGES = 6_000;

  @Override
  public About about() {
    return new About(
            "l1-and-l2",
            "penalties on weights: l2 makes all of them small, l1 makes many of them almost 0",
            Duration.ofSeconds(10),
            2)
        .in(Section.REGULARIZATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "l2 makes the weights smaller",
            averages -> averages.get(length("l2")) < averages.get(length("none"))),
        new Claim(
            "with l1 more than twice as many weights are smaller than 0.001 as without",
            averages -> averages.get(tiny("l1")) > 2 * averages.get(tiny("none"))));
  }

  private static String length(String penalty) {
    return "length of the first layer's weights, " + penalty;
  }

  private static String tiny(String penalty) {
    return "share of weights below 0.001, " + penalty;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerConfiguration plain = network(context.seed());
    train(context, data, "none", plain, null);
    MultiLayerConfiguration l2 = Regularizations.onWeights(network(context.seed()), new L2(0.02));
    train(context, data, "l2", l2, ReferenceFigure.accuracy(0.8182));
    MultiLayerConfiguration l1 = Regularizations.onWeights(network(context.seed()), new L1(5e-4));
    train(context, data, "l1", l1, null);
  }

  private static void train(
      Context context,
      ImageData data,
      String penalty,
      MultiLayerConfiguration layers,
      ReferenceFigure book) {
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(0.02).configure(layers));
    net.init();
    net.setListeners(context.progress(penalty));
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
    double accuracy = net.evaluate(data.validation().batches(500)).accuracy();
    context.report("validation accuracy, " + penalty, accuracy, book);
    INDArray weights = net.getParam("0_W");
    context.report(length(penalty), weights.norm2Number().doubleValue());
    double below =
        Transforms.abs(weights).lt(1e-3).castTo(weights.dataType()).meanNumber().doubleValue();
    context.report(tiny(penalty), below);
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
