package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How much of a signal is left after a hundred dense layers, for some pairs of activation and
 * initialisation. Nothing is trained.
 */
@AutoService(Experiment.class)
public final class SignalPropagation implements Experiment {

  private static final int LAYERS = 100;
  private static final int UNITS = 100;
  private static final int IMAGES = 500;

  /** Called by the service loader. */
  public SignalPropagation() {}

  @Override
  public String name() {
    return "signal-propagation";
  }

  @Override
  public String title() {
    return "what is left of a standard normal signal after " + LAYERS + " layers";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(3);
  }

  @Override
  public int defaultEpochs() {
    return 1;
  }

  @Override
  public void run(Context context) {
    // The book: with LeCun's initialisation SELU keeps mean 0 and standard deviation 1.
    report(context, "selu", WeightInit.LECUN_NORMAL, 1.0);
    report(context, "relu", WeightInit.RELU, null);
    report(context, "elu", WeightInit.RELU, null);
    report(context, "relu", WeightInit.XAVIER, null);
  }

  private static void report(Context context, String activation, WeightInit init, Double book) {
    INDArray signal = Nd4j.randn(DataType.FLOAT, IMAGES, UNITS);
    List<INDArray> outputs = network(activation, init, context.seed()).feedForward(signal);
    INDArray last = outputs.get(LAYERS);
    context.report(
        "standard deviation, " + activation + " with " + init,
        last.stdNumber().doubleValue(),
        book);
  }

  private static MultiLayerNetwork network(String activation, WeightInit init, long seed) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(init)
            .activation(Plugins.installed().create(IActivation.class, activation))
            .list();
    for (int i = 0; i < LAYERS; i++) {
      layers.layer(new DenseLayer.Builder().nIn(UNITS).nOut(UNITS).build());
    }
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }
}
