package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.folding.BatchNormFolding;
import io.github.dl4jext.transfer.folding.FoldedNetwork;
import io.github.dl4jext.transfer.folding.ReducedNetwork;
import io.github.dl4jext.transfer.folding.ReducedPrecision;
import io.github.dl4jext.transfer.folding.WeightFormat;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's guideline for low latency: batch normalization is folded into the layers next to it
 * after training, and prediction needs weights of fewer digits than training does.
 */
@AutoService(Experiment.class)
public final class FoldingAndPrecision implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final int REPETITIONS = 20;

  @Override
  public About about() {
    return new About(
            "folding-and-precision",
            "batch normalization folded away and weights of 16 bits: what they gain and cost",
            Duration.ofSeconds(8),
            2)
        .in(Section.BATCH_NORMALIZATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "folding changes the accuracy by less than 0.001",
            averages -> Math.abs(averages.get("accuracy lost by folding")) < 0.001),
        new Claim(
            "16 bits per weight cost less than 0.005 of accuracy",
            averages -> averages.get("accuracy lost by half-precision weights") < 0.005));
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(0.01).configure(network(context.seed())));
    net.init();
    net.setListeners(context.progress("with batch normalization"));
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
    double before = net.evaluate(data.validation().batches(500)).accuracy();
    context.report("validation accuracy", before);

    INDArray images = data.validation().features();
    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, images);
    context.report("layers before", net.getnLayers());
    context.report("layers after folding", folded.network().getnLayers());
    context.report(
        "largest difference of an output relative to the largest output",
        folded.relativeDifference());
    context.report(
        "accuracy lost by folding",
        before - folded.network().evaluate(data.validation().batches(500)).accuracy());
    double slow = secondsPerOutput(net, images);
    context.report("speed-up by folding", slow / secondsPerOutput(folded.network(), images));

    ReducedNetwork<MultiLayerNetwork> half =
        ReducedPrecision.rounded(folded.network(), WeightFormat.HALF, images);
    context.report(
        "accuracy lost by half-precision weights",
        half.accuracyLost(data.validation().batches(500)));
  }

  /** The least time of twenty calls, after twenty that are not counted. */
  private static double secondsPerOutput(MultiLayerNetwork net, INDArray images) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 2 * REPETITIONS; i++) {
      long start = System.nanoTime();
      net.output(images);
      double seconds = (System.nanoTime() - start) / 1e9;
      best = i < REPETITIONS ? best : Math.min(best, seconds);
    }
    return best;
  }

  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nOut(300).build())
        .layer(new BatchNormalization())
        .layer(new DenseLayer.Builder().nOut(100).build())
        .layer(new BatchNormalization())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .setInputType(InputType.feedForward(LabelledImages.PIXELS))
        .build();
  }
}
