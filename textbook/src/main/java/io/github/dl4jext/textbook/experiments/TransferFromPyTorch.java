package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.HeUniform;
import io.github.dl4jext.activations.initializers.VarianceScaling;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.time.Duration;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Transfer in the chapter's edition for PyTorch: model B has only 20 images of pullovers and
 * T-shirts. Alone it learns for 20 epochs of one step each. On the layers of A it learns for 10
 * epochs with all of them frozen and for 20 more with the first one frozen. The edition shows one
 * seed; here B is trained with twenty seeds on each A.
 */
@AutoService(Experiment.class)
public final class TransferFromPyTorch implements Experiment {

  private static final int DRAWN_IMAGES = 2_000;
  private static final int[] CLASSES_OF_A = {1, 3, 4, 5, 6, 7, 8, 9};
  private static final int[] CLASSES_OF_B = {2, 0};
  private static final int IMAGES_OF_B = 20;
  private static final int SEEDS_OF_B = 20;
  private static final int EPOCHS_ALONE = 20;
  private static final int EPOCHS_FROZEN = 10;
  private static final int EPOCHS_ON_A = 20;
  private static final double RATE = 0.005;

  /** PyTorch's default weights, which the edition leaves to the new head. */
  private static final IWeightInit AS_LINEAR =
      new VarianceScaling(
          1.0 / 3, VarianceScaling.Mode.FAN_IN, VarianceScaling.Distribution.UNIFORM);

  private static final String ALONE = "B";
  private static final String HEAD_ONLY = "B on A, only its head learnt";
  private static final String ON_A = "B on A";

  @Override
  public About about() {
    return new About(
            "transfer-pytorch",
            "20 images of two classes, learnt from scratch and on the layers of a network of eight",
            Duration.ofSeconds(10),
            20)
        .in(Section.TRANSFER);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
                "with 20 images B on the layers of A is more accurate than from scratch",
                averages -> averages.get(accuracy(ON_A)) > averages.get(accuracy(ALONE)))
            .onAllImages(),
        new Claim(
                "unfreezing the upper layers helps: it beats the head alone",
                averages -> averages.get(accuracy(ON_A)) > averages.get(accuracy(HEAD_ONLY)))
            .onAllImages());
  }

  private static String accuracy(String of) {
    return "test accuracy, " + of;
  }

  @Override
  public void run(Context context) {
    ImageData all = context.images(DRAWN_IMAGES);
    ImageData eight = all.onlyClasses(CLASSES_OF_A);
    MultiLayerNetwork modelA = network(context.seed(), head(8));
    modelA.setListeners(context.progress("model A"));
    modelA.fit(eight.train().shuffledBatches(32, context.seed()), context.epochs());
    context.report(
        "validation accuracy, A",
        modelA.evaluate(eight.validation().batches(500)).accuracy(),
        ReferenceFigure.accuracy(0.9245));

    ImageData two = all.onlyClasses(CLASSES_OF_B).firstTrain(IMAGES_OF_B);
    SummaryStatistics alone = new SummaryStatistics();
    SummaryStatistics headOnly = new SummaryStatistics();
    SummaryStatistics onA = new SummaryStatistics();
    for (int i = 1; i <= SEEDS_OF_B; i++) {
      long seed = SEEDS_OF_B * (context.seed() - 1) + i;
      MultiLayerNetwork scratch = network(seed, head(1));
      scratch.fit(batches(two), EPOCHS_ALONE);
      alone.addValue(accuracy(scratch, two));

      MultiLayerNetwork net = onLayersOf(modelA, seed);
      net.fit(batches(two), EPOCHS_FROZEN);
      headOnly.addValue(accuracy(net, two));
      net = Freezing.unfreeze(net, LayerSelector.at(1, 2));
      net.fit(batches(two), EPOCHS_ON_A);
      onA.addValue(accuracy(net, two));
    }
    // PyTorch's seeds are of networks A with twenty networks B each, as ours are
    context.report(
        accuracy(ALONE),
        alone.getMean(),
        ReferenceFigure.shown(0.8860).amongSeeds("PyTorch", 0.8489, 0.0088, 5));
    context.report(accuracy(HEAD_ONLY), headOnly.getMean(), ReferenceFigure.shown(0.7434));
    context.report(
        accuracy(ON_A),
        onA.getMean(),
        ReferenceFigure.shown(0.9312).amongSeeds("PyTorch", 0.9156, 0.0090, 5));
    context.report("standard deviation of twenty seeds, B", alone.getStandardDeviation());
    context.report("standard deviation of twenty seeds, B on A", onA.getStandardDeviation());
  }

  /** All layers of A but the last, frozen, below a new head. */
  private static MultiLayerNetwork onLayersOf(MultiLayerNetwork modelA, long seed) {
    return new TransferBuilder(modelA)
        .dropLast(1)
        .add(head(1, AS_LINEAR))
        .optimizer(new SGD(RATE))
        .seed(seed)
        .build();
  }

  /** All images in one batch, so that their order does not matter. */
  private static DataSetIterator batches(ImageData two) {
    return oneColumn(two.train().batches(IMAGES_OF_B));
  }

  private static double accuracy(MultiLayerNetwork net, ImageData two) {
    return net.evaluate(oneColumn(two.test().batches(500))).accuracy();
  }

  /** 1 for a T-shirt, 0 for a pullover. */
  private static DataSetIterator oneColumn(DataSetIterator batches) {
    batches.setPreProcessor(batch -> batch.setLabels(batch.getLabels().getColumn(1, true)));
    return batches;
  }

  private static OutputLayer head(int outputs) {
    return head(outputs, new HeUniform());
  }

  private static OutputLayer head(int outputs, IWeightInit weights) {
    return new OutputLayer.Builder(outputs == 1 ? LossFunction.XENT : LossFunction.MCXENT)
        .nIn(100)
        .nOut(outputs)
        .activation(outputs == 1 ? Activation.SIGMOID : Activation.SOFTMAX)
        .weightInit(weights)
        .build();
  }

  private static MultiLayerNetwork network(long seed, OutputLayer head) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new SGD(RATE)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .activation(new ReLU())
                        .weightInit(new HeUniform())
                        .list()
                        .layer(
                            new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
                        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
                        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
                        .layer(head)
                        .build()));
    net.init();
    return net;
  }
}
