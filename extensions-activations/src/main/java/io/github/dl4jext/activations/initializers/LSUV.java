package io.github.dl4jext.activations.initializers;

import static org.deeplearning4j.nn.params.LSTMParamInitializer.RECURRENT_WEIGHT_KEY;

import io.github.dl4jext.network.ComputesAs;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.TrainingNoise;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layer-sequential unit variance: scales the weights of a new network, layer by layer, until the
 * weighted sums of each layer over a batch of data have variance 1. It changes the network that it
 * is given.
 *
 * <pre>{@code
 * net.init();
 * new LSUV().initialise(net, batch).forEach(System.out::println);
 * // "layer0": variance 4.55 -> 1.000
 * }</pre>
 *
 * <p>Initialisers such as He's know the activation and the number of inputs; this one measures, so
 * that it also works for activations, skips and inputs for which there is no formula. {@link
 * WeightInitAdvice} says which layers have an initialiser that does not fit.
 *
 * <p><b>Rule.</b> Weights begin as orthonormal matrices, see {@link Orthogonal}. Then, for each
 * layer from the input to the output, the batch is passed through the network, and v is the
 * variance of the layer's weighted sums over all examples, units and positions. While {@code |v -
 * 1| >= tolerance}, {@code W <- W / sqrt(v)} and v is measured again, at most {@code maxIterations}
 * times.
 *
 * <table><caption>Parameters</caption>
 * <tr><th>name</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>tolerance</td><td>(0, 1)</td><td>0.1</td><td>how far from 1 a variance may be</td></tr>
 * <tr><td>maxIterations</td><td>[1, inf)</td><td>10</td><td>scalings of one layer</td></tr>
 * <tr><td>orthonormalStart</td><td>true, false</td><td>true</td><td>whether weights begin as
 * orthonormal matrices, or as they are</td></tr>
 * <tr><td>layers</td><td>{@link LayerSelector}</td><td>all</td><td>which are scaled</td></tr>
 * </table>
 *
 * <p><b>What is scaled.</b> The weights of DL4J's dense, convolutional and output layers; of
 * separable convolutions, the point-wise ones. In <b>recurrent layers</b>, which are not in the
 * paper, the input weights are scaled by the variance of input times weights over all steps and
 * gates; the recurrent weights stay as they are. Embeddings, norms, PReLU, gated units, SameDiff
 * layers and frozen layers are skipped; if the choice of layers names one of them, it is refused.
 *
 * <p><b>Forward pass.</b> As in training, but without dropout and weight noise. Batch normalization
 * uses the batch's statistics; its running statistics do not change. Masked steps count. A few
 * hundred examples are enough: the standard error of a variance is about {@code sqrt(2 / n)} for n
 * independent numbers.
 *
 * <p><b>Random numbers</b> are drawn with the network's own seed; the state of ND4J's generator is
 * restored. The same network and data give the same weights.
 *
 * <p><b>Edges.</b> A layer whose variance is 0, infinite or NaN causes an exception, and the
 * network is left as it was. A layer that is not within the tolerance after all iterations is
 * logged as a warning. Biases, counters and the updater's state do not change.
 *
 * <p><b>Check.</b> In a network of dense layers one scaling brings each variance to 1, up to
 * rounding, since sums are proportional to the weights.
 *
 * <p><b>Cost.</b> A copy of the network, and a forward pass for each measurement, usually two for
 * each layer.
 *
 * @see <a href="https://arxiv.org/abs/1511.06422">Mishkin, Matas (2015), All you need is a good
 *     init</a>
 */
public final class LSUV {

  private static final String NAME = "lsuv";
  private static final Logger LOG = LoggerFactory.getLogger(LSUV.class);

  private final double tolerance;
  private final int maxIterations;
  private final boolean orthonormalStart;
  private final LayerSelector layers;

  /** Takes the paper's parameters. */
  public LSUV() {
    this(0.1, 10, true, LayerSelector.all());
  }

  private LSUV(
      double tolerance, int maxIterations, boolean orthonormalStart, LayerSelector layers) {
    Checks.of(NAME)
        .that(tolerance > 0 && tolerance < 1, "tolerance", "a number in (0, 1)", tolerance)
        .that(maxIterations >= 1, "maxIterations", "a whole number in [1, inf)", maxIterations)
        .that(layers != null, "layers", "a selector of layers", layers)
        .done();
    this.tolerance = tolerance;
    this.maxIterations = maxIterations;
    this.orthonormalStart = orthonormalStart;
    this.layers = layers;
  }

  /**
   * Takes another tolerance.
   *
   * @param other how far from 1 a variance may be, in (0, 1)
   * @return a copy with this tolerance
   * @throws IllegalArgumentException if it is out of range
   */
  public LSUV withTolerance(double other) {
    return new LSUV(other, maxIterations, orthonormalStart, layers);
  }

  /**
   * Takes another limit.
   *
   * @param other how often a layer is scaled at most, from 1 on
   * @return a copy with this limit
   * @throws IllegalArgumentException if it is below 1
   */
  public LSUV withMaxIterations(int other) {
    return new LSUV(tolerance, other, orthonormalStart, layers);
  }

  /**
   * States how the weights begin.
   *
   * @param orthonormal true to begin with orthonormal matrices, false to scale the weights as they
   *     are
   * @return a copy with this setting
   */
  public LSUV withOrthonormalStart(boolean orthonormal) {
    return new LSUV(tolerance, maxIterations, orthonormal, layers);
  }

  /**
   * Chooses the layers to scale.
   *
   * @param some selects them
   * @return a copy with this choice
   */
  public LSUV withLayers(LayerSelector some) {
    return new LSUV(tolerance, maxIterations, orthonormalStart, some);
  }

  /**
   * Reports on one array of weights.
   *
   * @param weights the name of the weights
   * @param before the variance of the weighted sums before the first scaling
   * @param after their variance at the end
   * @param iterations how often the weights were scaled
   */
  public record Scaling(ParameterName weights, double before, double after, int iterations) {

    /**
     * Takes what was measured.
     *
     * @param weights the name of the weights
     * @param before the variance of the weighted sums before the first scaling
     * @param after their variance at the end
     * @param iterations how often the weights were scaled
     */
    public Scaling {
      Objects.requireNonNull(weights, "lsuv: weights must be given, was null");
    }

    /**
     * Whether the variance is near 1.
     *
     * @param tolerance how far from 1 it may be
     * @return true if it is nearer to 1 than the tolerance
     */
    public boolean isWithin(double tolerance) {
      return Math.abs(after - 1) < tolerance;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "\"%s\": variance %.3g -> %.3f", weights.node(), before, after);
    }
  }

  /**
   * Scales the weights of a network by a batch of data.
   *
   * @param model the network, which is changed
   * @param batch the batch; its features are used, and their masks if there are any
   * @return a report for each array of weights, in the order in which they were scaled
   * @throws IllegalArgumentException if the variance of a layer is 0, infinite or NaN, or if the
   *     choice names a layer that cannot be scaled; the network is then as it was
   */
  public List<Scaling> initialise(Model model, DataSet batch) {
    Objects.requireNonNull(batch, "lsuv: batch must be given, was null");
    return initialise(
        model,
        new INDArray[] {batch.getFeatures()},
        batch.getFeaturesMaskArray() == null
            ? null
            : new INDArray[] {batch.getFeaturesMaskArray()});
  }

  /**
   * Scales the weights of a network as {@link #initialise(Model, DataSet)} does.
   *
   * @param model the network, which is changed
   * @param batch the batch; its features are used, and their masks if there are any
   * @return a report for each array of weights, in the order in which they were scaled
   * @throws IllegalArgumentException if the variance of a layer is 0, infinite or NaN, or if the
   *     choice names a layer that cannot be scaled; the network is then as it was
   */
  public List<Scaling> initialise(Model model, MultiDataSet batch) {
    Objects.requireNonNull(batch, "lsuv: batch must be given, was null");
    return initialise(model, batch.getFeatures(), batch.getFeaturesMaskArrays());
  }

  private List<Scaling> initialise(Model model, INDArray[] features, INDArray @Nullable [] masks) {
    Network network = Network.of(model);
    Network trial =
        Network.of(
            NetworkCopy.from(model)
                .withoutUpdaterState()
                .changing(TrainingNoise::removeFrom)
                .build());
    Map<ParameterName, INDArray> weights = new HashMap<>();
    trial.slots().forEach(slot -> weights.put(slot.name(), slot.value()));
    List<Target> targets = targets(trial, weights);
    if (orthonormalStart) {
      InitRequest.withoutTouchingRandom(() -> begin(targets));
    }
    List<Scaling> report = new ArrayList<>();
    for (Target target : targets) {
      report.add(scale(target, () -> trial.activations(true, features, masks, null)));
    }
    for (ParameterSlot slot : network.slots()) {
      if (targets.stream().anyMatch(target -> target.name.equals(slot.name()))) {
        slot.value().assign(weights.get(slot.name()));
      }
    }
    return List.copyOf(report);
  }

  /** Weights to be scaled, and the layer to which they belong. */
  private record Target(LiveNode node, BaseLayer layer, ParameterName name, INDArray weights) {}

  private List<Target> targets(Network trial, Map<ParameterName, INDArray> weights) {
    List<Target> targets = new ArrayList<>();
    for (LiveNode node : layers.in(trial.nodes(), LSUV::isScaled, "weights that LSUV scales")) {
      for (TrainingConfig learner : node.learners()) {
        for (String kernel :
            isScaled(learner) && !node.isFrozen() ? kernels(learner) : List.<String>of()) {
          ParameterName name = node.parameterName(learner, kernel);
          if (targets.stream().noneMatch(target -> target.name.equals(name))) {
            INDArray own = Objects.requireNonNull(weights.get(name), "a layer has its weights");
            targets.add(new Target(node, (BaseLayer) learner, name, own));
          }
        }
      }
    }
    return targets;
  }

  private static boolean isScaled(TrainingConfig layer) {
    return layer instanceof BaseLayer base
        && ComputesAs.of(base).getName().startsWith("org.deeplearning4j.")
        && !(layer instanceof VariationalAutoencoder || layer instanceof OCNNOutputLayer)
        && WeightInitAdvice.multipliesByMatrix(base)
        && !Learner.of(layer).kernels().isEmpty();
  }

  /** The point-wise weights of a separable convolution; the input weights of a recurrent layer. */
  private static List<String> kernels(TrainingConfig layer) {
    List<String> kernels = Learner.of(layer).kernels();
    return layer instanceof BaseRecurrentLayer
        ? kernels.stream().filter(name -> !name.startsWith(RECURRENT_WEIGHT_KEY)).toList()
        : kernels.subList(kernels.size() - 1, kernels.size());
  }

  private static List<Target> begin(List<Target> targets) {
    for (Target target : targets) {
      long seed = target.node.liveLayer().orElseThrow().conf().getSeed();
      Nd4j.getRandom().setSeed(seed + 1 + target.node.index());
      INDArray own = target.weights;
      INDArray view = Nd4j.create(own.dataType(), own.length());
      own.assign(new Orthogonal().init(0, 0, own.shape(), 'c', view));
    }
    return targets;
  }

  private Scaling scale(Target target, Supplier<Map<String, INDArray>> forward) {
    double before = variance(target, forward);
    double variance = before;
    int iterations = 0;
    while (Math.abs(variance - 1) >= tolerance && iterations < maxIterations) {
      target.weights.divi(Math.sqrt(variance));
      variance = variance(target, forward);
      iterations++;
    }
    Scaling done = new Scaling(target.name, before, variance, iterations);
    if (!done.isWithin(tolerance)) {
      LOG.warn("{}: {}, which is not within {} of 1", NAME, done, tolerance);
    }
    return done;
  }

  private static double variance(Target target, Supplier<Map<String, INDArray>> forward) {
    INDArray sums =
        target.layer instanceof BaseRecurrentLayer recurrent
            ? ofInputs(target, recurrent, forward)
            : withoutActivation(target.node, forward);
    double variance = sums.castTo(DataType.DOUBLE).var(false).getDouble(0);
    if (!(variance > 0 && variance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "lsuv: the weighted sums of layer "
              + target.node
              + " must vary over the batch and be finite, but have variance "
              + variance
              + "; give several examples of real data, whose inputs are of the order of 1");
    }
    return variance;
  }

  private static INDArray withoutActivation(
      LiveNode node, Supplier<Map<String, INDArray>> forward) {
    Map<BaseLayer, IActivation> activations = new IdentityHashMap<>();
    for (TrainingConfig learner : node.learners()) {
      if (learner instanceof BaseLayer layer) {
        activations.put(layer, layer.getActivationFn());
      }
    }
    activations.keySet().forEach(layer -> layer.setActivationFn(new ActivationIdentity()));
    INDArray sums = forward.get().get(node.name());
    activations.forEach(BaseLayer::setActivationFn);
    return Objects.requireNonNull(sums, "each node has a value");
  }

  private static INDArray ofInputs(
      Target target, BaseRecurrentLayer layer, Supplier<Map<String, INDArray>> forward) {
    forward.get();
    INDArray x = target.node.outerLayer().orElseThrow().input().castTo(DataType.DOUBLE);
    INDArray steps = layer.getRnnDataFormat() == RNNFormat.NWC ? x : x.permute(0, 2, 1);
    long features = target.weights.size(0);
    return steps
        .dup('c')
        .reshape('c', steps.length() / features, features)
        .mmul(target.weights.castTo(DataType.DOUBLE));
  }
}
