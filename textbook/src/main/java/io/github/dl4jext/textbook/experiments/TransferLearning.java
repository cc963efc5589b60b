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
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's transfer: model A knows eight classes of clothes, model B is to tell pullovers from
 * T-shirts and has 200 images to learn from. Alone, and on the layers of A: those are frozen for a
 * fifth of the epochs, then learn too.
 *
 * <p>The chapter shows one seed and says itself that it proves nothing, so B is trained with ten
 * seeds on each A.
 */
@AutoService(Experiment.class)
public final class TransferLearning implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final int[] CLASSES_OF_A = {1, 3, 4, 5, 6, 7, 8, 9};
  private static final int[] CLASSES_OF_B = {2, 0};
  private static final int IMAGES_OF_B = 200;
  private static final int SEEDS_OF_B = 10;
  private static final double RATE = 0.001;

  @Override
  public About about() {
    return new About(
            "transfer-learning",
            "200 images of two classes, learnt from scratch and on the layers of a network of eight",
            Duration.ofSeconds(20),
            20)
        .in(Section.TRANSFER);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
                "on the layers of A fewer test images are mistaken than from scratch",
                averages -> averages.get("test error, B on A") < averages.get("test error, B"))
            .onAllImages(),
        new Claim(
                "and the loss is smaller",
                averages -> averages.get("test loss, B on A") < averages.get("test loss, B"))
            .onAllImages());
  }

  @Override
  public void run(Context context) {
    ImageData all = context.images(DRAWN_IMAGES);
    ImageData eight = all.onlyClasses(CLASSES_OF_A);
    MultiLayerNetwork modelA = modelA(context.seed());
    modelA.setListeners(context.progress("model A"));
    modelA.fit(eight.train().shuffledBatches(32, context.seed()), context.epochs());
    context.report(
        "validation accuracy, A",
        modelA.evaluate(eight.validation().batches(500)).accuracy(),
        ReferenceFigure.accuracy(0.9027).amongSeeds("PyTorch", 0.9054, 0.0030, 24));

    ImageData two = all.onlyClasses(CLASSES_OF_B).firstTrain(IMAGES_OF_B);
    SummaryStatistics scratch = new SummaryStatistics();
    SummaryStatistics scratchLoss = new SummaryStatistics();
    SummaryStatistics transferred = new SummaryStatistics();
    SummaryStatistics transferredLoss = new SummaryStatistics();
    for (int i = 1; i <= SEEDS_OF_B; i++) {
      long seed = SEEDS_OF_B * (context.seed() - 1) + i;
      MultiLayerNetwork modelB = modelB(seed);
      modelB.fit(batches(two, seed), context.epochs());
      MultiLayerNetwork onA = onLayersOf(modelA, two, seed, context.epochs());
      scratch.addValue(accuracy(modelB, two));
      scratchLoss.addValue(loss(modelB, two));
      transferred.addValue(accuracy(onA, two));
      transferredLoss.addValue(loss(onA, two));
    }
    // the deviations are those of single networks B; 24 networks A were trained there
    context.report(
        "test accuracy, B",
        scratch.getMean(),
        ReferenceFigure.atLeast(0.9185, 0.02).amongSeeds("PyTorch", 0.9135, 0.0169, 250));
    context.report(
        "test accuracy, B on A",
        transferred.getMean(),
        ReferenceFigure.atLeast(0.9385, 0.02).amongSeeds("PyTorch", 0.9210, 0.0156, 24));
    context.report("test loss, B", scratchLoss.getMean(), ReferenceFigure.shown(0.4317));
    context.report("test loss, B on A", transferredLoss.getMean(), ReferenceFigure.shown(0.2546));
    context.report("test error, B", 1 - scratch.getMean());
    context.report("test error, B on A", 1 - transferred.getMean());
    context.report("standard deviation of ten seeds, B", scratch.getStandardDeviation());
    context.report("standard deviation of ten seeds, B on A", transferred.getStandardDeviation());
  }

  private static MultiLayerNetwork onLayersOf(
      MultiLayerNetwork modelA, ImageData two, long seed, int epochs) {
    int frozen = Math.max(1, epochs / 5);
    MultiLayerNetwork net =
        new TransferBuilder(modelA)
            .dropLast(1)
            .add(
                new OutputLayer.Builder(LossFunction.XENT)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .build())
            .optimizer(new SGD(RATE))
            .seed(seed)
            .build();
    net.fit(batches(two, seed), frozen);
    net = Freezing.unfreeze(net);
    net.fit(batches(two, seed + SEEDS_OF_B), epochs - frozen);
    return net;
  }

  private static DataSetIterator batches(ImageData two, long seed) {
    return oneColumn(two.train().shuffledBatches(32, seed));
  }

  private static double accuracy(MultiLayerNetwork net, ImageData two) {
    return net.evaluate(oneColumn(two.test().batches(500))).accuracy();
  }

  /** The mean cross-entropy over the test images. */
  private static double loss(MultiLayerNetwork net, ImageData two) {
    return net.score(oneColumn(two.test().batches(two.test().size())).next());
  }

  /** 1 for a T-shirt, 0 for a pullover. */
  private static DataSetIterator oneColumn(DataSetIterator batches) {
    batches.setPreProcessor(batch -> batch.setLabels(batch.getLabels().getColumn(1, true)));
    return batches;
  }

  private static MultiLayerNetwork modelA(long seed) {
    return network(
        hidden(seed)
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(100)
                    .nOut(8)
                    .activation(Activation.SOFTMAX)
                    .weightInit(new GlorotUniform())
                    .build()));
  }

  private static MultiLayerNetwork modelB(long seed) {
    return network(
        hidden(seed)
            .layer(
                new OutputLayer.Builder(LossFunction.XENT)
                    .nIn(100)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .weightInit(new GlorotUniform())
                    .build()));
  }

  private static NeuralNetConfiguration.ListBuilder hidden(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build());
  }

  private static MultiLayerNetwork network(NeuralNetConfiguration.ListBuilder layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(RATE).configure(layers.build()));
    net.init();
    return net;
  }
}
