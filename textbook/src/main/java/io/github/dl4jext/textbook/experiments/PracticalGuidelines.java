package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.GlorotUniform;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.Steps;
import io.github.dl4jext.textbook.Claim;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import io.github.dl4jext.textbook.Guidelines;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.folding.BatchNormFolding;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's closing table: a configuration for each purpose, against a plain network with the
 * sigmoid, Glorot's weights and SGD.
 */
@AutoService(Experiment.class)
public final class PracticalGuidelines implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final int BATCH = 32;
  private static final List<String> PURPOSES =
      List.of("standard", "self-normalizing", "low latency", "sparse", "risk-sensitive");

  @Override
  public String name() {
    return "guidelines";
  }

  @Override
  public String title() {
    return "the chapter's configurations for each purpose against a plain network, in five epochs";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(20);
  }

  @Override
  public int defaultEpochs() {
    return 5;
  }

  @Override
  public List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    for (String purpose : PURPOSES) {
      claims.add(
          new Claim(
              "the " + purpose + " network beats the plain one",
              means -> means.of(accuracy(purpose)) > means.of(accuracy("plain"))));
    }
    claims.add(
        new Claim(
            "folding leaves the low-latency network's accuracy as it is",
            means ->
                Math.abs(means.of("accuracy after folding") - means.of(accuracy("low latency")))
                    < 0.001));
    return claims;
  }

  private static String accuracy(String purpose) {
    return "validation accuracy, " + purpose;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES).standardised();
    train(context, data, "plain", plain(context.seed()));
    Map<String, Guidelines> guidelines = new LinkedHashMap<>();
    guidelines.put("standard", Guidelines.standard());
    guidelines.put("self-normalizing", Guidelines.selfNormalizing());
    guidelines.put("low latency", Guidelines.lowLatency());
    guidelines.put("sparse", Guidelines.sparse());
    guidelines.put("risk-sensitive", Guidelines.riskSensitive());
    int steps = Steps.of(context.epochs(), data.train().size(), BATCH);
    guidelines.forEach(
        (purpose, guideline) -> {
          MultiLayerConfiguration conf =
              guideline
                  .inputs(LabelledImages.PIXELS)
                  .hidden(100, 100, 100)
                  .classes(10)
                  .steps(steps)
                  .seed(context.seed())
                  .build();
          MultiLayerNetwork net = train(context, data, purpose, conf);
          switch (purpose) {
            case "low latency" -> fold(context, data, net);
            case "sparse" -> countSmall(context, net);
            case "risk-sensitive" -> ask(context, data, net);
            default -> {}
          }
        });
  }

  private static MultiLayerNetwork train(
      Context context, ImageData data, String purpose, MultiLayerConfiguration layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(layers);
    net.init();
    History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress(purpose), history);
    net.fit(data.train().shuffledBatches(BATCH, context.seed()), context.epochs());
    context.curve("validation accuracy by guideline", purpose, history.of("validation accuracy"));
    context.report(accuracy(purpose), history.last("validation accuracy"));
    return net;
  }

  private static void fold(Context context, ImageData data, MultiLayerNetwork net) {
    MultiLayerNetwork folded = BatchNormFolding.fold(net, data.validation().features()).network();
    context.report(
        "accuracy after folding", folded.evaluate(data.validation().batches(500)).accuracy());
    context.report("layers before folding", net.getnLayers());
    context.report("layers after folding", folded.getnLayers());
  }

  private static void countSmall(Context context, MultiLayerNetwork net) {
    double small = 0;
    double all = 0;
    for (int layer = 0; layer < net.getnLayers(); layer++) {
      for (double weight : net.getParam(layer + "_W").ravel().toDoubleVector()) {
        small += Math.abs(weight) < 1e-3 ? 1 : 0;
        all++;
      }
    }
    context.report("share of weights below 0.001, sparse", small / all);
  }

  private static void ask(Context context, ImageData data, MultiLayerNetwork net) {
    INDArray images = data.validation().features();
    INDArray predicted =
        MonteCarloDropout.builder(net)
            .samples(50)
            .seed(context.seed())
            .build()
            .predict(images)
            .mostProbableClass();
    int right = 0;
    for (int i = 0; i < data.validation().size(); i++) {
      right += predicted.getInt(i) == data.validation().label(i) ? 1 : 0;
    }
    context.report("accuracy of 50 Monte-Carlo samples", (double) right / data.validation().size());
  }

  private static MultiLayerConfiguration plain(long seed) {
    MultiLayerConfiguration layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(Activation.SIGMOID)
            .weightInit(new GlorotUniform())
            .list()
            .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
            .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
            .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(100)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    return new SGD(0.01).configure(layers);
  }
}
