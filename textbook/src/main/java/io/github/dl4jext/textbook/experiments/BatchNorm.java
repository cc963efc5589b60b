package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.SGD;
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
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Batch normalization after the activation, before it, and not at all. The chapter's figure for
 * "before" is of a network without batch norm on the input; a network with it is a third variant.
 */
@AutoService(Experiment.class)
public final class BatchNorm implements Experiment {

  private static final String AFTER = "after the activation";
  private static final String BEFORE = "before the activation";
  private static final String BEFORE_AND_ON_INPUT = "before the activation and on the input";
  private static final String WITHOUT = "without";

  private static final int DRAWN_IMAGES = 6_000;

  @Override
  public About about() {
    return new About(
            "batch-norm",
            "batch normalization after the activation, before it, and not at all, in two epochs",
            Duration.ofSeconds(12),
            2)
        .in(Section.BATCH_NORMALIZATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(faster(AFTER), faster(BEFORE), faster(BEFORE_AND_ON_INPUT));
  }

  private static Claim faster(String where) {
    return new Claim(
        "a network with batch normalization " + where + " learns faster than one without",
        averages -> averages.get(accuracy(where)) > averages.get(accuracy(WITHOUT)));
  }

  private static String accuracy(String where) {
    return "validation accuracy, " + where;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerNetwork after = train(context, data, AFTER, after(context.seed()));
    context.report(accuracy(AFTER), accuracy(after, data), ReferenceFigure.accuracy(0.8650));
    context.report("parameters, " + AFTER, after.numParams(), ReferenceFigure.exactly(271_346));
    // DL4J counts running means and variances as parameters, though no gradient changes them
    long trainable = Network.of(after).trainableCount();
    context.report("trainable parameters, " + AFTER, trainable, ReferenceFigure.exactly(268_978));
    context.report(
        "parameters that are not trainable, " + AFTER,
        after.numParams() - trainable,
        ReferenceFigure.exactly(2_368));

    MultiLayerNetwork before = train(context, data, BEFORE, before(start(context.seed())));
    context.report(accuracy(BEFORE), accuracy(before, data), ReferenceFigure.accuracy(0.8646));

    MultiLayerNetwork onInput =
        train(context, data, BEFORE_AND_ON_INPUT, before(start(context.seed()).layer(norm())));
    context.report(accuracy(BEFORE_AND_ON_INPUT), accuracy(onInput, data));

    MultiLayerNetwork without = train(context, data, WITHOUT, without(context.seed()));
    context.report(accuracy(WITHOUT), accuracy(without, data));
  }

  private static MultiLayerNetwork train(
      Context context, ImageData data, String where, MultiLayerConfiguration layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(0.01).configure(layers));
    net.init();
    History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress(where), history);
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
    context.curve("validation accuracy by batch norm", where, history.of("validation accuracy"));
    return net;
  }

  private static double accuracy(MultiLayerNetwork net, ImageData data) {
    return net.evaluate(data.validation().batches(500)).accuracy();
  }

  private static MultiLayerConfiguration after(long seed) {
    return finished(
        start(seed)
            .layer(norm())
            .layer(new DenseLayer.Builder().nOut(300).activation(new ReLU()).build())
            .layer(norm())
            .layer(new DenseLayer.Builder().nOut(100).activation(new ReLU()).build())
            .layer(norm()));
  }

  /** The normalization's shift does what a bias would. */
  private static MultiLayerConfiguration before(ListBuilder start) {
    return finished(
        start
            .layer(new DenseLayer.Builder().nOut(300).hasBias(false).build())
            .layer(norm())
            .layer(new ActivationLayer(new ReLU()))
            .layer(new DenseLayer.Builder().nOut(100).hasBias(false).build())
            .layer(norm())
            .layer(new ActivationLayer(new ReLU())));
  }

  private static MultiLayerConfiguration without(long seed) {
    return finished(
        start(seed)
            .layer(new DenseLayer.Builder().nOut(300).activation(new ReLU()).build())
            .layer(new DenseLayer.Builder().nOut(100).activation(new ReLU()).build()));
  }

  private static ListBuilder start(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(Activation.IDENTITY)
        .weightInit(new HeNormal())
        .list();
  }

  /** With Keras's decay and epsilon; the defaults of DL4J are 0.9 and 1e-5. */
  private static BatchNormalization norm() {
    return new BatchNormalization.Builder().decay(0.99).eps(1e-3).build();
  }

  private static MultiLayerConfiguration finished(ListBuilder layers) {
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
