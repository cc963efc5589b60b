package io.github.dl4jext.layers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Normalizes groups of neighbouring features over all their positions and time steps, separately
 * for each example; it replaces batch normalization if minibatches have few images.
 *
 * <p><b>Formula.</b> {@code y = gain (x - m) / sqrt(v + epsilon) + bias}, with the mean m and the
 * variance v (divided by n) of the n elements of a group. With C features and G groups, feature c
 * is in group floor(c G / C). Gain and bias have one element for each feature.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>groups</td><td>the number of groups; with as many groups as features, this is instance
 * normalization</td><td>at least 1, divides the features</td><td>required</td></tr>
 * <tr><td>epsilon</td><td>added to the variance</td><td>above 0</td><td>1e-5</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes, whose input types in DL4J do not say it
 * reliably</td></tr></table>
 *
 * <p><b>Derivative.</b> It is that of {@link LayerNorm}, within each group.
 *
 * <p><b>Shape and type.</b> {@code [N, C]}, {@code [N, C, T]}, {@code [N, C, H, W]}, {@code [N, C,
 * D, H, W]}, or the same with features last; the output has the shape of the input. The parameters
 * are {@code g}, C gains, and {@code b}, C biases. Gains begin at 1 and biases at 0; the decay and
 * constraints that are set for weights or biases do not apply to them. The layer computes in double
 * and stores its results in the network's type.
 *
 * <p><b>Masks.</b> Masked elements are excluded from all means, get no gradient, and are 0 in the
 * output. The values of a sequence thus do not depend on the length to which it is padded.
 *
 * <p><b>Edges.</b> If the elements of a group are all equal, its outputs are the biases. For rows
 * from a dense layer and as many groups as features, this holds for every output. A NaN makes its
 * whole group NaN. The mean over time includes future time steps, so do not use the layer in a
 * network that predicts the next step.
 *
 * <p><b>Check.</b> In two groups, (1, 3, 10, 30) gives (-1, 1, -1, 1), apart from the effect of
 * epsilon.
 *
 * @see <a href="https://arxiv.org/abs/1803.08494">Wu and He, Group Normalization</a>
 */
public final class GroupNorm extends NormalizationLayer {

  private static final long serialVersionUID = 1L;

  /** The number of groups. */
  public static final Parameter<Integer> GROUPS =
      Parameter.integer("groups").in("[1, inf)").doc("how many groups; divides the features");

  /** The number that is added to the variance. */
  public static final Parameter<Double> EPSILON =
      Parameter.number("epsilon").in("(0, inf)").orElse(1e-5).doc("added to the variance");

  /** Whether features are the last axis of the input. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "group_norm")
          .summary(
              "(x - mean) / sqrt(variance + epsilon) of groups of features, with gain and bias")
          .from("https://arxiv.org/abs/1803.08494")
          .taking(GROUPS, EPSILON, FEATURES_LAST)
          .madeBy(GroupNorm::new);

  /**
   * Makes a layer with a number of groups.
   *
   * @param groups the number of groups, at least 1; must divide the number of features
   */
  public GroupNorm(int groups) {
    this(Arguments.of(GROUPS, groups));
  }

  private GroupNorm(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @JsonCreator
  private static GroupNorm read(@JsonProperty("arguments") Arguments arguments) {
    return (GroupNorm) StoredLayer.restore(TECHNIQUE, arguments);
  }

  /**
   * Returns a layer with another value for a parameter.
   *
   * @param parameter a parameter of this class
   * @param value its value
   * @param <V> the type of the value
   * @return a new layer that is otherwise the same
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer has no such parameter, or
   *     the value is out of range
   */
  public <V> GroupNorm with(Parameter<V> parameter, V value) {
    return having(parameter, value);
  }

  @Override
  Technique<Layer> technique() {
    return TECHNIQUE;
  }

  @Override
  boolean isCentred() {
    return true;
  }

  @Override
  boolean hasBias() {
    return true;
  }

  @Override
  double epsilon() {
    return get(EPSILON);
  }

  @Override
  long places() {
    return nIn;
  }

  @Override
  Grouping grouping(ExampleShape shape) {
    requireWholeGroups(shape);
    boolean[] features = shape.among(List.of(InputAxis.FEATURES));
    boolean[] positions = new boolean[features.length];
    for (int axis = 0; axis < features.length; axis++) {
      positions[axis] = !features[axis];
    }
    int groups = get(GROUPS);
    int each = shape.features() / groups;
    int[] feature = shape.numbered(features);
    int[] group = Arrays.stream(feature).map(f -> f / each).toArray();
    return new Grouping(groups, group, feature, shape.positions(), shape.numbered(positions));
  }

  @Override
  void fit(ExampleShape shape, boolean override) {
    requireWholeGroups(shape);
  }

  private void requireWholeGroups(ExampleShape shape) {
    if (shape.features() % get(GROUPS) != 0) {
      throw new IllegalStateException(
          this + " must have groups that divide its " + shape.features() + " features");
    }
  }

  /** Provides this layer by its name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
