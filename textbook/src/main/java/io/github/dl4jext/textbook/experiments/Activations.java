package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.RecommendsWeightInit;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Each activation of the chapter with its initialiser, on three hidden layers of 100 units. */
@AutoService(Experiment.class)
public final class Activations implements Experiment {

  private static final List<String> CHAPTER =
      List.of("relu", "leaky_relu(alpha=0.2)", "rrelu", "elu", "selu", "gelu", "swish", "mish");

  private static final String PRELU = "PReLU";

  private static final int BATCH = 32;
  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public About about() {
    return new About(
            "activations",
            "the nine activations of the chapter on the same 3x100 network",
            Duration.ofSeconds(35),
            5)
        .in(Section.INITIALISATION);
  }

  @Override
  public List<Claim> claims() {
    return Stream.concat(CHAPTER.stream(), Stream.of(PRELU))
        .map(
            activation ->
                new Claim(
                    activation + " learns: the accuracy is above 0.7",
                    averages -> averages.get(metric(activation)) > 0.7))
        .toList();
  }

  private static String metric(String activation) {
    return "validation accuracy, " + activation;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES).standardised();
    for (String spec : CHAPTER) {
      IActivation activation = Plugins.installed().create(IActivation.class, spec);
      train(context, data, spec, network(activation, context.seed()));
      context.picture(spec + " and its derivative", plot(activation));
    }
    train(context, data, PRELU, prelu(context.seed()));
  }

  private static void train(
      Context context, ImageData data, String what, MultiLayerConfiguration layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(new Momentum(0.001, 0.9).configure(layers));
    net.init();
    net.setListeners(context.progress(what));
    net.fit(data.train().shuffledBatches(BATCH, context.seed()), context.epochs());
    context.report(metric(what), net.evaluate(data.validation().batches(500)).accuracy());
  }

  private static MultiLayerConfiguration network(IActivation activation, long seed) {
    String weightInit = ((RecommendsWeightInit) activation).recommendedWeightInit();
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(activation)
        .weightInit(Plugins.installed().create(IWeightInit.class, weightInit))
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
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

  /** A slope per unit that is learnt: in DL4J a layer, not an activation. */
  private static MultiLayerConfiguration prelu(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(Activation.IDENTITY)
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nOut(100).build())
        .layer(new PReLULayer.Builder().inputShape(100).build())
        .layer(new DenseLayer.Builder().nOut(100).build())
        .layer(new PReLULayer.Builder().inputShape(100).build())
        .layer(new DenseLayer.Builder().nOut(100).build())
        .layer(new PReLULayer.Builder().inputShape(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .setInputType(InputType.feedForward(LabelledImages.PIXELS))
        .build();
  }

  private static LineChart plot(IActivation activation) {
    INDArray x = Nd4j.linspace(DataType.DOUBLE, -5, 0.05, 201);
    INDArray y = activation.getActivation(x.dup(), false);
    INDArray slope = activation.backprop(x.dup(), Nd4j.onesLike(x)).getFirst();
    return LineChart.titled("")
        .xLabel("x")
        .yLabel("f(x), f'(x)")
        .line("value", x.toDoubleVector(), y.toDoubleVector())
        .line("derivative", x.toDoubleVector(), slope.toDoubleVector())
        .build();
  }
}
