package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.Swish;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.optimizers.Nesterov;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.penalties.L1;
import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.schedules.Steps;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.folding.BatchNormFolding;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's closing table: a configuration for each purpose, compared with a plain network with
 * the sigmoid, Glorot's weights and SGD.
 */
@AutoService(Experiment.class)
public final class PracticalGuidelines implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final int BATCH = 32;
  private static final List<String> PURPOSES =
      List.of("standard", "self-normalizing", "low-latency", "sparse", "risk-sensitive");

  @Override
  public About about() {
    return new About(
            "guidelines",
            "the chapter's configuration for each purpose compared with a plain network, in five epochs",
            Duration.ofSeconds(20),
            5)
        .in(Section.GUIDELINES);
  }

  @Override
  public List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    for (String purpose : PURPOSES) {
      claims.add(
          new Claim(
              "the " + purpose + " network beats the plain one",
              averages -> averages.get(accuracy(purpose)) > averages.get(accuracy("plain"))));
    }
    claims.add(
        new Claim(
            "folding changes the low-latency network's accuracy by less than 0.001",
            averages ->
                Math.abs(
                        averages.get("accuracy after folding")
                            - averages.get(accuracy("low-latency")))
                    < 0.001));
    return claims;
  }

  private static String accuracy(String purpose) {
    return "validation accuracy, " + purpose;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES).standardised();
    train(context, data, "plain");
    for (String purpose : PURPOSES) {
      MultiLayerNetwork net = train(context, data, purpose);
      switch (purpose) {
        case "low-latency" -> fold(context, data, net);
        case "sparse" -> countSmall(context, net);
        case "risk-sensitive" -> ask(context, data, net);
        default -> {}
      }
    }
  }

  private static MultiLayerNetwork train(Context context, ImageData data, String purpose) {
    int steps = Steps.total(context.epochs(), data.train().size(), BATCH);
    MultiLayerNetwork net = new MultiLayerNetwork(network(purpose, steps, context.seed()));
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

  /** All but the plain network are trained with 1cycle, which needs the number of steps. */
  private static MultiLayerConfiguration network(String purpose, int steps, long seed) {
    OneCycle cycle = OneCycle.torch(0.003, steps);
    return switch (purpose) {
      // The default for a deep network.
      case "standard" ->
          new AdamW(cycle, 0.01).configure(layers(seed, new Swish(), new HeNormal(), true, null));
      // For a plain stack of dense layers, which normalizes itself. If it overfits, add alpha
      // dropout.
      case "self-normalizing" -> {
        OneCycle rate = OneCycle.torch(0.02, steps);
        yield new Nesterov(rate, rate.momentum())
            .configure(layers(seed, new SELU(), new LecunNormal(), false, null));
      }
      // BatchNormFolding removes the normalization after training; ReducedPrecision could then
      // halve the size of the weights.
      case "low-latency" ->
          new AdamW(cycle, 0.01).configure(layers(seed, new ReLU(), new HeNormal(), true, null));
      // The penalty leaves many weights so small that they can be set to zero.
      case "sparse" ->
          new AdamW(cycle, 0.01)
              .configure(
                  Regularizations.onWeights(
                      layers(seed, new ReLU(), new HeNormal(), false, null), new L1(1e-3)));
      // With dropout on all layers, MonteCarloDropout can tell how sure the network is.
      case "risk-sensitive" ->
          new AdamW(cycle, 0.01)
              .configure(layers(seed, new ReLU(), new HeNormal(), false, Dropout.dropping(0.2)));
      default ->
          new SGD(0.01)
              .configure(layers(seed, new ActivationSigmoid(), new GlorotUniform(), false, null));
    };
  }

  private static MultiLayerConfiguration layers(
      long seed,
      IActivation activation,
      IWeightInit weightInit,
      boolean batchNorm,
      IDropout dropout) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(activation)
            .weightInit(weightInit)
            .dropOut(dropout)
            .list();
    for (int i = 0; i < 3; i++) {
      layers.layer(new DenseLayer.Builder().nOut(100).build());
      if (batchNorm) {
        layers.layer(new BatchNormalization());
      }
    }
    return layers
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
