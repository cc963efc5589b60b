package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.spi.Plugins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;

/**
 * Reports a layer whose initialiser does not fit its activation: the variance of its weights is not
 * the one that keeps the signal's variance from layer to layer.
 *
 * <pre>{@code
 * WeightInitAdvice.check(conf).forEach(System.out::println);
 * // layer 3 "dense3": relu wants he_normal (variance 0.0200), XAVIER gives 0.0100 (0.50 x)
 * }</pre>
 *
 * <p><b>Wanted</b> is what the activation states by {@link
 * io.github.dl4jext.activations.RecommendsWeightInit}, and for DL4J's own: {@code he_normal} for
 * ReLU and its relatives, {@code lecun_normal} for SELU, {@code glorot_uniform} for tanh, sigmoid,
 * softmax, their relatives, and none. A linear layer is judged by the next activation after it,
 * beyond batch normalization and dropout.
 *
 * <p><b>Given</b> is measured: weights are drawn from the layer's own initialiser, with the fans
 * and the shape that the layer passes, so that it does not matter which library the initialiser is
 * from, or whether it does what its name says. A layer fits if the ratio of the two is within [0.8,
 * 1.25]. In ten layers a ratio of 0.8 leaves a tenth of the signal's variance, and the families are
 * further apart: He is twice LeCun. Only where a layer has about as many outputs as inputs, or far
 * fewer, two of them agree, and then either fits. The measurement's standard error is 1.4 % at most
 * for layers of ten weights or more.
 *
 * <p><b>Not judged:</b> layers that do not multiply by a matrix (embeddings, PReLU, element-wise
 * products), frozen ones, those whose activation states no initialiser, or whose sizes are not
 * known yet, the recurrent weights of recurrent layers, and linear layers of a graph whose output
 * is added to or joined with another. Of more than a million weights only a part is drawn, which
 * distorts the result of an initialiser that reads the shape ({@code XAVIER_LEGACY}).
 *
 * <p>For layers without a formula, {@link LSUV} measures with data and scales the weights.
 *
 * <p>ND4J's random generator is left as it was, and does not influence the answer.
 *
 * @param index the layer's position in a {@link MultiLayerConfiguration}, -1 in a graph
 * @param layer the layer's name, empty if it has none
 * @param activation the activation that the layer ends in
 * @param initialiser the initialiser that the layer has
 * @param variance the variance of the weights that it draws
 * @param wantedVariance the variance that the suggestion gives the same layer
 * @param suggestion the plugin name of an initialiser that fits, such as {@code he_normal}
 */
public record WeightInitAdvice(
    int index,
    String layer,
    String activation,
    String initialiser,
    double variance,
    double wantedVariance,
    String suggestion) {

  private static final double LOWEST_RATIO = 0.8;
  private static final double HIGHEST_RATIO = 1.25;

  /**
   * Checks a stack of layers.
   *
   * @param conf the configuration
   * @return one entry for each layer that does not fit, in order
   */
  public static List<WeightInitAdvice> check(MultiLayerConfiguration conf) {
    Objects.requireNonNull(conf, "the configuration must not be null");
    List<NeuralNetConfiguration> confs = conf.getConfs();
    List<Optional<Layer>> layers = confs.stream().map(c -> Optional.of(c.getLayer())).toList();
    List<WeightInitAdvice> advice = new ArrayList<>();
    for (int i = 0; i < confs.size(); i++) {
      judge(i, confs.get(i).getLayer().getLayerName(), confs.get(i), tail(layers, i))
          .ifPresent(advice::add);
    }
    return List.copyOf(advice);
  }

  /**
   * Checks a graph.
   *
   * @param conf the configuration
   * @return one entry for each layer that does not fit, in the order of the configuration
   */
  public static List<WeightInitAdvice> check(ComputationGraphConfiguration conf) {
    Objects.requireNonNull(conf, "the configuration must not be null");
    List<WeightInitAdvice> advice = new ArrayList<>();
    for (Map.Entry<String, GraphVertex> vertex : conf.getVertices().entrySet()) {
      if (vertex.getValue() instanceof LayerVertex layer) {
        String name = vertex.getKey();
        judge(-1, name, layer.getLayerConf(), following(conf, name)).ifPresent(advice::add);
      }
    }
    return List.copyOf(advice);
  }

  private static List<Optional<Layer>> tail(List<Optional<Layer>> layers, int i) {
    return layers.subList(i + 1, layers.size());
  }

  /**
   * The layers after a vertex, as long as each has only one successor; an empty entry ends the
   * chain where there are several, or where it is not a layer.
   */
  private static List<Optional<Layer>> following(ComputationGraphConfiguration conf, String from) {
    List<Optional<Layer>> chain = new ArrayList<>();
    List<String> next = consumers(conf, from);
    while (!next.isEmpty()) {
      if (next.size() > 1 || !(conf.getVertices().get(next.get(0)) instanceof LayerVertex layer)) {
        chain.add(Optional.empty());
        return chain;
      }
      chain.add(Optional.of(layer.getLayerConf().getLayer()));
      next = consumers(conf, next.get(0));
    }
    return chain;
  }

  private static List<String> consumers(ComputationGraphConfiguration conf, String name) {
    return conf.getVertexInputs().entrySet().stream()
        .filter(vertex -> vertex.getValue().contains(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Optional<WeightInitAdvice> judge(
      int index, String name, NeuralNetConfiguration conf, List<Optional<Layer>> following) {
    if (!(EffectiveActivation.unwrap(conf.getLayer()) instanceof BaseLayer layer)
        || layer.getWeightInitFn() == null
        || isFrozen(conf.getLayer())
        || !multipliesByMatrix(layer)) {
      return Optional.empty();
    }
    Optional<EffectiveActivation> end = EffectiveActivation.find(layer, following);
    if (end.isEmpty()) {
      return Optional.empty();
    }
    IWeightInit suggested = Plugins.installed().create(IWeightInit.class, end.get().weightInit());
    try {
      return InitRequest.recorded(conf, layer)
          .map(
              weights ->
                  new WeightInitAdvice(
                      index,
                      name == null ? "" : name,
                      end.get().activation(),
                      nameOf(layer.getWeightInitFn()),
                      weights.variance(layer.getWeightInitFn()),
                      weights.exactVariance(suggested),
                      end.get().weightInit()))
          .filter(advice -> !advice.fits());
    } catch (RuntimeException cannotBeInitialised) {
      // Sizes are missing, or an identity is not square: DL4J says so when the network is made.
      return Optional.empty();
    }
  }

  private static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  static boolean multipliesByMatrix(BaseLayer layer) {
    return !(layer instanceof EmbeddingLayer
        || layer instanceof EmbeddingSequenceLayer
        || layer instanceof PReLULayer
        || layer instanceof ElementWiseMultiplicationLayer);
  }

  private static String nameOf(IWeightInit init) {
    Optional<WeightInit> named =
        Arrays.stream(WeightInit.values())
            .filter(name -> name != WeightInit.DISTRIBUTION)
            .filter(name -> name.getWeightInitFunction().equals(init))
            .findFirst();
    return named.map(WeightInit::name).orElseGet(() -> textOf(init));
  }

  /** The text of a value; only the name of its class if the text has no more to say. */
  static String textOf(Object value) {
    String name = value.getClass().getSimpleName();
    String text = value.toString();
    boolean nothingToAdd =
        text.equals(name + "[]") || text.startsWith(value.getClass().getName() + "@");
    return nothingToAdd ? name : text;
  }

  /**
   * The variance given over the variance wanted.
   *
   * @return 1 for a layer that fits exactly
   */
  public double ratio() {
    return variance / wantedVariance;
  }

  private boolean fits() {
    return ratio() >= LOWEST_RATIO && ratio() <= HIGHEST_RATIO;
  }

  /**
   * The advice in a line.
   *
   * @return such as {@code layer 3 "dense3": relu wants he_normal (variance 0.0200), XAVIER gives
   *     0.0100 (0.50 x)}
   */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "layer%s%s: %s wants %s (variance %.3g), %s gives %.3g (%.2f x)",
        index < 0 ? "" : " " + index,
        layer.isEmpty() ? "" : " \"" + layer + "\"",
        activation,
        suggestion,
        wantedVariance,
        initialiser,
        variance,
        ratio());
  }
}
