package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Pretraining on an auxiliary task whose labels are cheap: whether two images are of the same class
 * of garment, as the chapter's network tells whether two pictures are of the same person. Both
 * images go through the same layers, which then are the lower ones of a classifier that has 200
 * labelled images.
 *
 * <p>This is not learning without labels. Whether two garments are alike is asked of somebody who
 * need not know what the classes are, nor how many there are; but the answers are made of the
 * labels of all the images in the pairs. A network that is given these labels themselves stands
 * beside it, to show what the cheaper answers leave out.
 *
 * <p>How many pairs there are decides. Over five seeds on real images, the layers from 10,000 pairs
 * were the better start (an accuracy of 0.7658 against 0.7566; the mean difference has a standard
 * error of 0.0012), those from 5,000 pairs were not (0.7584; 0.0019).
 */
@AutoService(Experiment.class)
public final class PairsOfImages implements Experiment {

  private static final int DRAWN_PAIRS = 1_000;
  private static final int REAL_PAIRS = 10_000;
  private static final int LABELS = 200;
  private static final int LABEL_STEPS = 400;
  private static final int BATCH = 20;
  private static final int TEST_PAIRS = 1_000;

  private static final String SAME = "share of new pairs told rightly";
  private static final String SCRATCH = "test accuracy, from scratch";
  private static final String REUSED = "test accuracy, layers from pairs as a start";
  private static final String HEAD = "test accuracy, head on layers from pairs";
  private static final String RANDOM = "test accuracy, head on random layers";
  private static final String ALL = "test accuracy, labels of all the images in the pairs";

  @Override
  public About about() {
    return new About(
            "pairs-of-images",
            "200 labels on layers that learnt whether two images are of the same class",
            Duration.ofSeconds(8),
            5)
        .in(Section.TRANSFER);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "more than two new pairs of three are told rightly",
            averages -> averages.get(SAME) > 2.0 / 3),
        new Claim(
                "layers that learnt from pairs serve a head better than random ones",
                averages -> averages.isClearlyAbove(HEAD, RANDOM))
            .onAllImages()
            .onRealImages()
            .overSeeds(5),
        new Claim(
                "layers that learnt from pairs are a better start than random ones",
                averages -> averages.isClearlyAbove(REUSED, SCRATCH))
            .onAllImages()
            .onRealImages()
            .overSeeds(5),
        new Claim(
                "the labels of the same images are worth more than whether two are alike",
                averages -> averages.isClearlyAbove(ALL, REUSED))
            .onAllImages()
            .onRealImages()
            .overSeeds(5));
  }

  @Override
  public void run(Context context) {
    ImageData all = context.images(2 * DRAWN_PAIRS);
    ImageData data = all.firstTrain(Math.min(2 * REAL_PAIRS, all.train().size()));
    long seed = context.seed();
    Pairs pairs = Pairs.of(data.train(), data.train().size() / 2, seed);
    ComputationGraph same = pairNetwork(seed);
    same.setListeners(context.progress("pairs"));
    for (int epoch = 0; epoch < context.epochs(); epoch++) {
      for (int from = 0; from < pairs.size(); from += BATCH) {
        same.fit(pairs.batch(from, Math.min(from + BATCH, pairs.size())));
      }
    }
    context.report(SAME, rightly(same, Pairs.of(data.test(), TEST_PAIRS, seed)));

    MultiLayerNetwork untrained = lowerLayers(seed);
    MultiLayerNetwork trained = lowerLayers(seed);
    for (String each : List.of("0_W", "0_b", "1_W", "1_b")) {
      trained.setParam(each, same.getParam(each.replace("0_", "low_").replace("1_", "high_")));
    }
    ImageData few = data.firstTrain(LABELS);
    LayerSelector lower = LayerSelector.allButLast(1);
    context.report(SCRATCH, accuracy(untrained, LayerSelector.none(), few, seed));
    context.report(REUSED, accuracy(trained, LayerSelector.none(), few, seed));
    context.report(RANDOM, accuracy(untrained, lower, few, seed));
    context.report(HEAD, accuracy(trained, lower, few, seed));
    context.report(ALL, accuracy(untrained, LayerSelector.none(), data, seed));
  }

  /**
   * Pairs of images, by turns of the same class and of two.
   *
   * @param images what the pairs are of
   * @param first the first image of each pair
   * @param second the second one, never the same image
   */
  record Pairs(LabelledImages images, List<Integer> first, List<Integer> second) {

    /**
     * Draws pairs.
     *
     * @throws IllegalArgumentException if no two images are of the same class, or all are
     */
    static Pairs of(LabelledImages images, int count, long seed) {
      int[] ofClass = Arrays.stream(images.classCounts()).filter(n -> n > 0).toArray();
      if (ofClass.length < 2 || ofClass.length == images.size()) {
        throw new IllegalArgumentException(
            "pairs need two images of one class and a class besides, but there are "
                + images.size()
                + " images of "
                + ofClass.length
                + " classes; take more images");
      }
      SplittableRandom random = new SplittableRandom(seed);
      List<Integer> first = new ArrayList<>();
      List<Integer> second = new ArrayList<>();
      while (first.size() < count) {
        int one = random.nextInt(images.size());
        int two = random.nextInt(images.size());
        boolean wanted = first.size() % 2 == 0;
        if (one != two && (images.label(one) == images.label(two)) == wanted) {
          first.add(one);
          second.add(two);
        }
      }
      return new Pairs(images, first, second);
    }

    int size() {
      return first.size();
    }

    boolean isSame(int pair) {
      return images.label(first.get(pair)) == images.label(second.get(pair));
    }

    MultiDataSet batch(int from, int to) {
      float[] same = new float[to - from];
      for (int i = from; i < to; i++) {
        same[i - from] = isSame(i) ? 1 : 0;
      }
      return new MultiDataSet(
          new INDArray[] {
            images.features(first.subList(from, to)), images.features(second.subList(from, to))
          },
          new INDArray[] {Nd4j.create(same, new long[] {same.length, 1}, 'c')});
    }
  }

  private static double rightly(ComputationGraph same, Pairs pairs) {
    MultiDataSet all = pairs.batch(0, pairs.size());
    INDArray said = same.outputSingle(all.getFeatures()).gt(0.5).castTo(DataType.FLOAT);
    return said.eq(all.getLabels(0)).castTo(DataType.DOUBLE).meanNumber().doubleValue();
  }

  /** Of a classifier whose lower layers are those given. */
  private static double accuracy(
      MultiLayerNetwork lower, LayerSelector frozen, ImageData data, long seed) {
    MultiLayerNetwork net =
        new TransferBuilder(lower)
            .add(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .freeze(frozen)
            .optimizer(new Adam(0.001))
            .seed(seed)
            .build();
    int steps = (data.train().size() + BATCH - 1) / BATCH;
    net.fit(data.train().shuffledBatches(BATCH, seed), Math.max(2, LABEL_STEPS / steps));
    return net.evaluate(data.test().batches(500)).accuracy();
  }

  /**
   * The layers are there once: the two images are stacked into one batch, and what comes out is
   * parted again. Both differences, cut off at 0, are what the images do not have in common.
   */
  private static ComputationGraph pairNetwork(long seed) {
    ComputationGraph net =
        new ComputationGraph(
            new Adam(0.001)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .activation(new ReLU())
                        .weightInit(new HeNormal())
                        .graphBuilder()
                        .addInputs("one", "two")
                        .addVertex("both", new StackVertex(), "one", "two")
                        .addLayer("low", first(), "both")
                        .addLayer("high", second(), "low")
                        .addVertex("of one", new UnstackVertex(0, 2), "high")
                        .addVertex("of two", new UnstackVertex(1, 2), "high")
                        .addVertex("more", subtract(), "of one", "of two")
                        .addVertex("less", subtract(), "of two", "of one")
                        .addVertex("differences", new MergeVertex(), "more", "less")
                        .addLayer("cut off", new ActivationLayer(new ReLU()), "differences")
                        .addLayer(
                            "same",
                            new OutputLayer.Builder(LossFunction.XENT)
                                .nIn(200)
                                .nOut(1)
                                .activation(Activation.SIGMOID)
                                .weightInit(new GlorotUniform())
                                .build(),
                            "cut off")
                        .setOutputs("same")
                        .build()));
    net.init();
    return net;
  }

  private static ElementWiseVertex subtract() {
    return new ElementWiseVertex(ElementWiseVertex.Op.Subtract);
  }

  private static DenseLayer first() {
    return new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(300).build();
  }

  private static DenseLayer second() {
    return new DenseLayer.Builder().nIn(300).nOut(100).build();
  }

  private static MultiLayerNetwork lowerLayers(long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .activation(new ReLU())
                .weightInit(new HeNormal())
                .list()
                .layer(first())
                .layer(second())
                .build());
    net.init();
    return net;
  }
}
