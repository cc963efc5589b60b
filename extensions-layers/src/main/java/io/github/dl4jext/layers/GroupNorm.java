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
 * Normalizes groups of neighbouring features over all their positions and time steps, each example
 * by itself: batch normalization for minibatches of few images.
 *
 * <p><b>Formula.</b> {@code y = gain (x - m) / sqrt(v + epsilon) + bias}, with the mean m and the
 * variance v (divided by n) of the n elements of a group. With C features and G groups, feature c
 * is in group floor(c G / C). Gain and bias have an element for each feature.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>groups</td><td>how many groups there are; as many as features is instance
 * normalization</td><td>at least 1, divides the features</td><td>required</td></tr>
 * <tr><td>epsilon</td><td>added to the variance</td><td>above 0</td><td>1e-5</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes, of which DL4J's types say nothing sure</td></tr></table>
 *
 * <p><b>Derivative.</b> That of {@link LayerNorm}, within each group.
 *
 * <p><b>Shape and type.</b> {@code [N, C]}, {@code [N, C, T]}, {@code [N, C, H, W]}, {@code [N, C,
 * D, H, W]}, also with features last; the output has the shape of the input. Parameters are {@code
 * g}, C gains, and {@code b}, C biases. They begin at 1 and 0, and nothing decays or constrains
 * them that is meant for weights or biases. It computes in double and stores the network's type.
 *
 * <p><b>Masks.</b> What is masked is no part of any mean, gets no gradient, and is 0 in the output:
 * a sequence has the same values whatever it is padded to.
 *
 * <p><b>Edges.</b> A group whose elements are all equal becomes the bias; so does each of a dense
 * layer's features where there are as many groups. NaN in a group makes all of it NaN. Over time it
 * sees the future: not for a network that predicts the next step.
 *
 * <p>In two groups (1, 3, 10, 30) gives (-1, 1, -1, 1), but for epsilon.
 *
 * @see <a href="https://arxiv.org/abs/1803.08494">Wu and He, Group Normalization</a>
 */
public final class GroupNorm extends NormalizationLayer {

  private static final long serialVersionUID = 1L;

  /** How many groups there are. */
  public static final Parameter<Integer> GROUPS =
      Parameter.integer("groups").in("[1, inf)").doc("how many groups; divides the features");

  /** What is added to the variance. */
  public static final Parameter<Double> EPSILON =
      Parameter.number("epsilon").in("(0, inf)").orElse(1e-5).doc("added to the variance");

  /** Whether features are the last axis. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "group_norm")
          .summary(
              "(x - mean) / sqrt(variance + epsilon) of groups of features, with gain and bias")
          .from("https://arxiv.org/abs/1803.08494")
          .taking(GROUPS, EPSILON, FEATURES_LAST)
          .madeBy(GroupNorm::new);

  /**
   * Takes the number of groups.
   *
   * @param groups at least 1; divides the number of features
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
   * Takes another value for a parameter.
   *
   * @param parameter one of this class
   * @param value its value
   * @param <V> its type
   * @return another layer, which is as this one else
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer cannot take it
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

  /** Finds it by name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
