package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.schedules.Steps;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.time.Duration;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Transfer in convolutional networks, where the chapter says that it works, as the lower layers see
 * what many images have in common. A knows eight classes; B is to tell pullovers from T-shirts,
 * with 20 images and with 200, alone and on the lower layers of A: on one, two or all three of
 * them. The reused layers are frozen for half of the forty steps, then learn too.
 *
 * <p>It does not work here. On all real images B on two layers of A had an accuracy of 0.9114 with
 * 20 images, and B alone 0.9118; with 200 images it was 0.9296 against 0.9288, and the loss was
 * 0.253 against 0.206 (means of two networks B on each of five networks A). A small network learns
 * all it needs from 20 images, so that there is nothing to gain. How many layers are reused does
 * matter: two are better than one.
 */
@AutoService(Experiment.class)
public final class ConvolutionalTransfer implements Experiment {

  private static final int DRAWN_IMAGES = 1_200;
  private static final int TEST_IMAGES = 500;
  private static final int[] CLASSES_OF_A = {1, 3, 4, 5, 6, 7, 8, 9};
  private static final int[] CLASSES_OF_B = {2, 0};
  private static final int FEW = 20;
  private static final int MORE = 200;
  private static final int SEEDS_OF_B = 2;
  private static final int STEPS_OF_B = 40;
  private static final int HIDDEN = 3;
  private static final int BATCH = 32;
  private static final double RATE = 0.001;

  @Override
  public About about() {
    return new About(
            "transfer-convolutional",
            "two classes of 20 and of 200 images on the layers of a convolutional network of eight",
            Duration.ofSeconds(15),
            3)
        .in(Section.TRANSFER);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "with 20 images B on two layers of A is more accurate than B on one",
            averages -> averages.get(accuracy(FEW, 2)) > averages.get(accuracy(FEW, 1))),
        new Claim(
            "with 200 images B errs less than with 20, alone and on two layers of A",
            averages ->
                averages.get(accuracy(MORE, 0)) > averages.get(accuracy(FEW, 0))
                    && averages.get(accuracy(MORE, 2)) > averages.get(accuracy(FEW, 2))));
  }

  private static String accuracy(int images, int reused) {
    return "test accuracy, " + who(images, reused);
  }

  private static String loss(int images, int reused) {
    return "test loss, " + who(images, reused);
  }

  private static String who(int images, int reused) {
    return images + " images, " + (reused == 0 ? "B alone" : "B on " + reused + " layers of A");
  }

  @Override
  public void run(Context context) {
    ImageData all = context.images(DRAWN_IMAGES);
    ImageData eight = all.onlyClasses(CLASSES_OF_A);
    MultiLayerNetwork modelA = modelA(context.seed());
    modelA.setListeners(context.progress("model A"));
    modelA.fit(eight.train().shuffledBatches(BATCH, context.seed()), context.epochs());
    context.report(
        "validation accuracy, A", modelA.evaluate(eight.validation().batches(500)).accuracy());

    ImageData two = all.onlyClasses(CLASSES_OF_B);
    DataSet test = two.test().batches(Math.min(TEST_IMAGES, two.test().size())).next();
    double[] accuracies = new double[HIDDEN + 1];
    for (int reused = 0; reused <= HIDDEN; reused++) {
      accuracies[reused] = measure(context, modelA, two.firstTrain(FEW), test, reused);
    }
    measure(context, modelA, two.firstTrain(MORE), test, 0);
    measure(context, modelA, two.firstTrain(MORE), test, 2);
    context.picture(
        "accuracy with " + FEW + " images by reused layers",
        LineChart.titled("")
            .xLabel("layers of A that are reused")
            .yLabel("test accuracy")
            .line("B", accuracies)
            .build());
  }

  /** Reports the means over the seeds of B, and returns that of the accuracy. */
  private static double measure(
      Context context, MultiLayerNetwork modelA, ImageData two, DataSet test, int reused) {
    SummaryStatistics accuracy = new SummaryStatistics();
    SummaryStatistics loss = new SummaryStatistics();
    for (int i = 1; i <= SEEDS_OF_B; i++) {
      MultiLayerNetwork modelB = modelB(modelA, reused, two, SEEDS_OF_B * (context.seed() - 1) + i);
      Evaluation evaluation = new Evaluation();
      evaluation.eval(test.getLabels(), modelB.output(test.getFeatures()));
      accuracy.addValue(evaluation.accuracy());
      loss.addValue(modelB.score(test));
    }
    context.report(accuracy(two.train().size(), reused), accuracy.getMean());
    context.report(loss(two.train().size(), reused), loss.getMean());
    return accuracy.getMean();
  }

  /** With so many of A's layers at the bottom, and new ones above. */
  private static MultiLayerNetwork modelB(
      MultiLayerNetwork modelA, int reused, ImageData two, long seed) {
    TransferBuilder builder =
        new TransferBuilder(reused == 0 ? modelA(seed) : modelA)
            .dropLast(reused == 0 ? 1 : HIDDEN + 1 - reused)
            .inputType(InputType.convolutionalFlat(LabelledImages.SIDE, LabelledImages.SIDE, 1));
    if (reused > 0) {
      hidden().subList(reused, HIDDEN).forEach(builder::add);
    }
    MultiLayerNetwork net = builder.add(head(2)).optimizer(new Adam(RATE)).seed(seed).build();
    if (reused == 0) {
      net = Freezing.unfreeze(net);
    }
    int epochs = STEPS_OF_B / Steps.perEpoch(two.train().size(), BATCH);
    net.fit(two.train().shuffledBatches(BATCH, seed), epochs / 2);
    net = Freezing.unfreeze(net);
    net.fit(two.train().shuffledBatches(BATCH, seed + SEEDS_OF_B), epochs - epochs / 2);
    return net;
  }

  private static MultiLayerNetwork modelA(long seed) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(new ReLU())
            .weightInit(new HeNormal())
            .list();
    hidden().forEach(layers::layer);
    layers
        .layer(head(CLASSES_OF_A.length))
        .setInputType(InputType.convolutionalFlat(LabelledImages.SIDE, LabelledImages.SIDE, 1));
    MultiLayerNetwork net = new MultiLayerNetwork(new Adam(RATE).configure(layers.build()));
    net.init();
    return net;
  }

  /** Strides in place of pooling. */
  private static List<Layer> hidden() {
    return List.of(
        new ConvolutionLayer.Builder(5, 5).stride(2, 2).nOut(8).build(),
        new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(16).build(),
        new DenseLayer.Builder().nOut(50).build());
  }

  private static OutputLayer head(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .weightInit(new GlorotUniform())
        .build();
  }
}
