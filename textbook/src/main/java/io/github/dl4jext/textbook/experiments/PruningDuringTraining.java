package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.regularization.pruning.GradualPruning;
import io.github.dl4jext.regularization.pruning.Pruning;
import io.github.dl4jext.regularization.pruning.PruningMethod;
import io.github.dl4jext.regularization.pruning.Sparsity;
import io.github.dl4jext.schedules.Steps;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
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
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's other way to a sparse model, which it leaves to a toolkit: pruning. Nine weights of
 * ten are removed, either all at once after training or gradually during it, so that the others can
 * make up for the loss. {@link SparseModel} reaches its zeros by an l1 penalty.
 */
@AutoService(Experiment.class)
public final class PruningDuringTraining implements Experiment {

  private static final int IMAGES = 1_500;
  private static final int BATCH = 32;
  private static final double SPARSITY = 0.9;

  private static final String DENSE = "all weights";
  private static final String AT_ONCE = "pruned at once";
  private static final String GRADUALLY = "pruned gradually";

  @Override
  public About about() {
    return new About(
            "pruning",
            "nine weights of ten removed: all at once after training, and gradually during it",
            Duration.ofSeconds(6),
            8)
        .in(Section.GUIDELINES);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "pruning removes nine weights of ten, to within a thousandth",
            averages ->
                Math.abs(averages.get(zeros(AT_ONCE)) - SPARSITY) < 1e-3
                    && Math.abs(averages.get(zeros(GRADUALLY)) - SPARSITY) < 1e-3),
        new Claim(
            "a network that is pruned gradually is more accurate than one that is pruned at once",
            averages -> averages.get(accuracy(GRADUALLY)) > averages.get(accuracy(AT_ONCE))),
        new Claim(
            "a network that is pruned gradually loses less than 0.05 of accuracy",
            averages -> averages.get(accuracy(GRADUALLY)) > averages.get(accuracy(DENSE)) - 0.05));
  }

  private static String zeros(String what) {
    return "share of zero weights, " + what;
  }

  private static String accuracy(String what) {
    return "validation accuracy, " + what;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.firstImages(IMAGES);
    MultiLayerNetwork net = train(context, data, DENSE);
    report(context, data, DENSE, net);
    report(
        context, data, AT_ONCE, Pruning.prune(net, PruningMethod.GLOBAL_L1_UNSTRUCTURED, SPARSITY));
    int steps = Steps.total(context.epochs(), data.train().size(), BATCH);
    GradualPruning gradual =
        new GradualPruning(SPARSITY, steps / 4, 3 * steps / 4)
            .with(GradualPruning.METHOD, PruningMethod.GLOBAL_L1_UNSTRUCTURED)
            .with(GradualPruning.FREQUENCY, Math.max(1, steps / 50));
    report(context, data, GRADUALLY, train(context, data, GRADUALLY, gradual));
  }

  private static MultiLayerNetwork train(
      Context context, ImageData data, String what, TrainingListener... pruning) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(new Adam(0.001).configure(network(context.seed())));
    net.init();
    net.setListeners(context.progress(what));
    net.addListeners(pruning);
    net.fit(data.train().shuffledBatches(BATCH, context.seed()), context.epochs());
    return net;
  }

  private static void report(Context context, ImageData data, String what, MultiLayerNetwork net) {
    context.report(zeros(what), Sparsity.of(net).total().share());
    context.report(accuracy(what), net.evaluate(data.validation().batches(500)).accuracy());
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
