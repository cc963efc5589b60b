package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.ResidualBlock;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Thirty hidden layers of ReLU behind a first one, as a plain stack, and the same with a skip
 * connection around every two of them, which gives the signal and the gradient a path that no layer
 * can block. Each block begins with a layer norm, since the sums would otherwise grow from block to
 * block.
 */
@AutoService(Experiment.class)
public final class SkipConnections implements Experiment {

  private static final int IMAGES = 800;
  private static final int BLOCKS = 15;
  private static final int UNITS = 40;

  private static final String PLAIN = "plain stack";
  private static final String RESIDUAL = "with skip connections";

  @Override
  public About about() {
    return new About(
            "skip-connections",
            "thirty layers learn with skip connections, and hardly without them",
            Duration.ofSeconds(8),
            4)
        .in(Section.VANISHING_GRADIENTS);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "thirty layers learn more with skip connections: the accuracy is higher by more than 0.1",
            averages -> averages.get(accuracy(RESIDUAL)) > averages.get(accuracy(PLAIN)) + 0.1));
  }

  private static String accuracy(String what) {
    return "validation accuracy, " + what;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.firstImages(IMAGES);
    for (String what : List.of(PLAIN, RESIDUAL)) {
      ComputationGraph net =
          new ComputationGraph(
              new SGD(0.02).configure(network(what.equals(RESIDUAL), context.seed())));
      net.init();
      History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
      net.setListeners(context.progress(what), history);
      net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
      context.curve("validation accuracy by stack", what, history.of("validation accuracy"));
      context.report(accuracy(what), history.last("validation accuracy"));
    }
  }

  private static ComputationGraphConfiguration network(boolean skipping, long seed) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(new ReLU())
            .weightInit(new HeNormal())
            .graphBuilder()
            .addInputs("images")
            .setInputTypes(InputType.feedForward(LabelledImages.PIXELS))
            .addLayer("first", dense(), "images");
    String last = "first";
    for (int i = 1; i <= BLOCKS; i++) {
      String block = "block" + i;
      if (skipping) {
        ResidualBlock.of(new LayerNorm(), dense(), dense()).addTo(graph, block, last);
      } else {
        graph.addLayer(block + "-1", dense(), last).addLayer(block, dense(), block + "-1");
      }
      last = block;
    }
    return graph
        .addLayer(
            "classes",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build(),
            last)
        .setOutputs("classes")
        .build();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(UNITS).build();
  }
}
