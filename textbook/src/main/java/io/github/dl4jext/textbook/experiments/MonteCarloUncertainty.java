package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.plots.ReliabilityDiagram;
import io.github.dl4jext.plots.ReliabilityDiagram.Bins;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.textbook.experiments.UncertaintyPicture.ImagePrediction;
import io.github.dl4jext.uncertainty.Calibration;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import io.github.dl4jext.uncertainty.MonteCarloPrediction;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's Monte-Carlo dropout: a network with dropout of 0.2 predicts a hundred times with
 * dropout on, and the spread of its predictions shows how sure it is.
 */
@AutoService(Experiment.class)
public final class MonteCarloUncertainty implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final int SAMPLES = 100;

  @Override
  public About about() {
    return new About(
            "monte-carlo-dropout",
            "a hundred predictions with dropout on: their mean, and how far to trust it",
            Duration.ofSeconds(10),
            10)
        .in(Section.REGULARIZATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "the mean of the samples is at most 0.004 less accurate than one prediction without dropout",
            averages ->
                averages.get("test accuracy, Monte-Carlo")
                    >= averages.get("test accuracy, plain") - 0.004),
        new Claim(
            "the network is less sure of the images that it misclassifies",
            averages ->
                averages.get("mutual information, misclassified")
                    > averages.get("mutual information, classified correctly")));
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerNetwork net =
        new MultiLayerNetwork(new Momentum(0.01, 0.9).configure(network(context.seed())));
    net.init();
    net.setListeners(context.progress("dropout of 0.2"));
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());

    INDArray images = data.test().features();
    INDArray labels = data.test().labels();
    INDArray plain = net.output(images);
    MonteCarloPrediction sampled =
        MonteCarloDropout.builder(net)
            .samples(SAMPLES)
            .seed(context.seed())
            .build()
            .predict(images);
    Calibration before = Calibration.of(plain, labels);
    Calibration after = Calibration.of(sampled.mean(), labels);
    context.report("test accuracy, plain", before.accuracy());
    context.report(
        "test accuracy, Monte-Carlo",
        after.accuracy(),
        ReferenceFigure.accuracy(0.8717).amongSeeds("PyTorch", 0.8638, 0.0030, 55));
    context.report("log loss, plain", before.logLoss());
    context.report("log loss, Monte-Carlo", after.logLoss());
    context.report("expected calibration error, plain", before.expectedCalibrationError());
    context.report("expected calibration error, Monte-Carlo", after.expectedCalibrationError());
    INDArray information = sampled.mutualInformation();
    INDArray predicted = sampled.mostProbableClass();
    int[] wrong =
        IntStream.range(0, data.test().size())
            .filter(i -> predicted.getInt(i) != data.test().label(i))
            .toArray();
    double ofWrong = IntStream.of(wrong).mapToDouble(information::getDouble).average().orElse(0);
    double ofAll = information.meanNumber().doubleValue();
    double right =
        (ofAll * data.test().size() - ofWrong * wrong.length) / (data.test().size() - wrong.length);
    context.report("mutual information, misclassified", ofWrong);
    context.report("mutual information, classified correctly", right);

    context.picture("images that the network is least sure of", draw(data, plain, sampled));
    context.picture("reliability", reliability(before, after));
  }

  private static String draw(ImageData data, INDArray plain, MonteCarloPrediction sampled) {
    INDArray information = sampled.mutualInformation();
    List<ImagePrediction> said =
        IntStream.range(0, data.test().size())
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> -information.getDouble(i)))
            .limit(4)
            .map(
                i ->
                    new ImagePrediction(
                        i,
                        plain.getRow(i).toDoubleVector(),
                        sampled.mean().getRow(i).toDoubleVector(),
                        sampled.standardDeviation().getRow(i).toDoubleVector()))
            .toList();
    return UncertaintyPicture.draw(data.test(), said);
  }

  private static LineChart reliability(Calibration before, Calibration after) {
    Map<String, Bins> bins = new LinkedHashMap<>();
    bins.put("plain", Bins.of(before));
    bins.put("Monte-Carlo", Bins.of(after));
    return ReliabilityDiagram.titled("", bins).build();
  }

  /** Dropout on a layer drops its inputs: here the pixels and the outputs of both hidden layers. */
  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .dropOut(Dropout.dropping(0.2))
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
