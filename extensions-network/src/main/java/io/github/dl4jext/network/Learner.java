package io.github.dl4jext.network;

import io.github.dl4jext.spi.CompositeUpdater;
import io.github.dl4jext.spi.OptimizerTerm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

/**
 * Gives one interface to the three unrelated classes in which DL4J keeps what a layer or vertex
 * learns by: its updaters, and the regularizations of weights and of biases. It is a view of one of
 * {@link Node#learners()}.
 */
public final class Learner {

  private final TrainingConfig configuration;
  private final Supplier<List<String>> parameters;
  private final Supplier<Stream<IUpdater>> updaters;
  private final BiConsumer<IUpdater, @Nullable IUpdater> updater;
  private final Group weights;
  private final Group biases;

  /** Shows the parameters that share one list of regularizations. */
  public static final class Group {

    private final Supplier<List<String>> parameters;
    private final Supplier<List<Regularization>> regularizations;
    private final Consumer<List<Regularization>> setter;
    private final Supplier<@Nullable IUpdater> updater;

    private Group(
        Supplier<@Nullable IUpdater> updater,
        Supplier<List<String>> parameters,
        Supplier<List<Regularization>> regularizations,
        Consumer<List<Regularization>> setter) {
      this.updater = updater;
      this.parameters = parameters;
      this.regularizations = regularizations;
      this.setter = setter;
    }

    /**
     * Names the parameters.
     *
     * @return such as {@code W} and {@code RW}
     */
    public List<String> parameters() {
      return List.copyOf(parameters.get());
    }

    /**
     * Lists their regularizations as they were given, not as the updater has adapted them.
     *
     * @return a copy of DL4J's list; empty if there is none
     */
    public List<Regularization> regularizations() {
      List<Regularization> present = regularizations.get();
      return present == null ? List.of() : present.stream().map(Group::unwrapped).toList();
    }

    /**
     * Replaces their regularizations. They are ordered as they act in a step: l1 and l2 before the
     * optimizer's own terms, since they are part of the loss; weight decay after them, so that a
     * trust ratio does not scale it. A {@link CompositeUpdater} adapts them.
     *
     * @param terms the regularizations that replace all the present ones
     */
    public void setRegularizations(List<? extends Regularization> terms) {
      IUpdater rule = updater.get();
      List<Regularization> placed = new ArrayList<>(); // a list that DL4J's builders can change
      terms.stream()
          .map(Group::unwrapped)
          .sorted(Comparator.comparingInt(Group::place))
          .map(term -> rule instanceof CompositeUpdater by ? by.adapted(term) : term)
          .forEach(placed::add);
      setter.accept(placed);
    }

    /** Lets a new updater adapt the present regularizations. */
    private void adaptAnew() {
      if (!regularizations().isEmpty()) {
        setRegularizations(regularizations());
      }
    }

    private static Regularization unwrapped(Regularization term) {
      return term instanceof OptimizerTerm wrapper ? wrapper.unwrapped() : term;
    }

    private static int place(Regularization term) {
      return isOptimizers(term) ? 1 : term.applyStep() == ApplyStep.BEFORE_UPDATER ? 0 : 2;
    }
  }

  private Learner(
      TrainingConfig configuration,
      Supplier<List<String>> parameters,
      Supplier<Stream<IUpdater>> updaters,
      BiConsumer<IUpdater, @Nullable IUpdater> updater,
      Group weights,
      Group biases) {
    this.configuration = configuration;
    this.parameters = parameters;
    this.updaters = updaters;
    this.updater = updater;
    this.weights = weights;
    this.biases = biases;
  }

  /**
   * Views a configuration.
   *
   * @param learner one of {@link Node#learners()}
   * @return a view of it
   * @throws IllegalArgumentException if it is of another type, such as a wrapper
   */
  public static Learner of(TrainingConfig learner) {
    if (learner instanceof BaseLayer layer) {
      return of(layer);
    }
    if (learner instanceof AbstractSameDiffLayer layer) {
      return of(layer);
    }
    if (learner instanceof SameDiffVertex vertex) {
      return of(vertex);
    }
    throw new IllegalArgumentException(
        "only a BaseLayer, an AbstractSameDiffLayer or a SameDiffVertex learns, was "
            + (learner == null ? "null" : "a " + learner.getClass().getName()));
  }

  private static Learner of(BaseLayer layer) {
    return new Learner(
        layer,
        () -> layer.initializer().paramKeys(layer),
        () -> Stream.of(layer.getIUpdater(), layer.getBiasUpdater()),
        (rule, ofBiases) -> {
          layer.setIUpdater(rule);
          layer.setBiasUpdater(ofBiases);
        },
        new Group(
            layer::getIUpdater,
            () -> layer.initializer().weightKeys(layer),
            layer::getRegularization,
            layer::setRegularization),
        new Group(
            () -> or(layer.getBiasUpdater(), layer.getIUpdater()),
            () -> layer.initializer().biasKeys(layer),
            layer::getRegularizationBias,
            layer::setRegularizationBias));
  }

  private static Learner of(AbstractSameDiffLayer layer) {
    return new Learner(
        layer,
        () -> layer.getLayerParams().getParameterKeys(),
        () -> Stream.of(layer.getUpdater(), layer.getBiasUpdater()),
        (rule, ofBiases) -> {
          layer.setUpdater(rule);
          layer.setBiasUpdater(ofBiases);
        },
        new Group(
            layer::getUpdater,
            () -> layer.getLayerParams().getWeightParameterKeys(),
            layer::getRegularization,
            layer::setRegularization),
        new Group(
            () -> or(layer.getBiasUpdater(), layer.getUpdater()),
            () -> layer.getLayerParams().getBiasParameterKeys(),
            layer::getRegularizationBias,
            layer::setRegularizationBias));
  }

  private static Learner of(SameDiffVertex vertex) {
    return new Learner(
        vertex,
        () -> vertex.getVertexParams().getParameterKeys(),
        () -> Stream.of(vertex.getUpdater(), vertex.getBiasUpdater()),
        (rule, ofBiases) -> {
          vertex.setUpdater(rule);
          vertex.setBiasUpdater(ofBiases);
        },
        new Group(
            vertex::getUpdater,
            () -> vertex.getVertexParams().getWeightParameterKeys(),
            vertex::getRegularization,
            vertex::setRegularization),
        new Group(
            () -> or(vertex.getBiasUpdater(), vertex.getUpdater()),
            () -> vertex.getVertexParams().getBiasParameterKeys(),
            vertex::getRegularizationBias,
            vertex::setRegularizationBias));
  }

  private static @Nullable IUpdater or(@Nullable IUpdater own, @Nullable IUpdater common) {
    return own == null ? common : own;
  }

  /**
   * Whether a regularization belongs to an optimizer, and is removed when another takes its place.
   *
   * @param term one of {@link Group#regularizations()}
   * @return false for a regularization that a user has set
   */
  public static boolean isOptimizers(Regularization term) {
    return term instanceof OptimizerTerm
        || term instanceof ByLength some && isOptimizers(some.term());
  }

  /**
   * The configuration itself.
   *
   * @return DL4J's object
   */
  public TrainingConfig configuration() {
    return configuration;
  }

  /**
   * Names all parameters; some, as those of batch normalization, are neither weights nor biases.
   *
   * @return the names without a prefix, as the configuration has them
   */
  public List<String> parameters() {
    return List.copyOf(parameters.get());
  }

  /**
   * Shows what DL4J regularizes as weights, which includes gains of layer norm and slopes of PReLU.
   *
   * @return the weights
   */
  public Group weights() {
    return weights;
  }

  /**
   * Names the weights with which units sum their inputs, without gains of layer norm and slopes of
   * PReLU.
   *
   * @return some of the parameters of {@link #weights()}
   */
  public List<String> kernels() {
    return weights.parameters().stream()
        .filter(name -> !(configuration instanceof Layer l) || UnitAxes.isKernel(l, name))
        .toList();
  }

  /**
   * Shows what DL4J regularizes as biases.
   *
   * @return the biases
   */
  public Group biases() {
    return biases;
  }

  /**
   * Lists the updaters, of weights and of biases.
   *
   * @return one or two; none if DL4J has not given it any yet
   */
  public List<IUpdater> updaters() {
    return updaters.get().filter(Objects::nonNull).toList();
  }

  /**
   * Makes all parameters learn by one rule, and removes an updater of biases. The regularizations
   * are adapted to the rule.
   *
   * @param rule the updater
   */
  public void setUpdater(IUpdater rule) {
    setUpdaters(rule, null);
  }

  /**
   * Makes biases learn by another rule than the rest; {@link #shares()} says which parameters these
   * are. The regularizations are adapted to the parameters' rules.
   *
   * @param rule the updater
   * @param ofBiases the updater of biases; null for the same
   */
  public void setUpdaters(IUpdater rule, @Nullable IUpdater ofBiases) {
    updater.accept(rule, ofBiases);
    weights.adaptAnew();
    biases.adaptAnew();
  }

  /**
   * The parameters that learn, grouped by the updater that DL4J uses for them. A layer has one for
   * biases and one for all other parameters; some layers, such as {@code CenterLossOutputLayer},
   * have only one.
   *
   * @param common those that learn by the layer's updater, whatever that of biases is
   * @param biases those that learn by the updater of biases, if there is one
   */
  public record Shares(List<String> common, List<String> biases) {

    /**
     * Copies the lists.
     *
     * @param common those that learn by the layer's updater
     * @param biases those that learn by the updater of biases
     */
    public Shares {
      common = List.copyOf(new ArrayList<>(common));
      biases = List.copyOf(new ArrayList<>(biases));
    }
  }

  /**
   * Determines which parameters learn by which of the configuration's two updaters. Statistics,
   * which learn by neither, are left out.
   *
   * @return names without a prefix, as in {@link #parameters()}
   */
  public Shares shares() {
    TrainingConfig copy =
        configuration instanceof Layer layer
            ? layer.clone()
            : (TrainingConfig) ((SameDiffVertex) configuration).clone();
    IUpdater rule = new NoOp();
    IUpdater ofBiases = new NoOp();
    of(copy).updater.accept(rule, ofBiases);
    return new Shares(learningBy(copy, rule), learningBy(copy, ofBiases));
  }

  private List<String> learningBy(TrainingConfig copy, IUpdater rule) {
    return parameters().stream().filter(name -> copy.getUpdaterByParam(name) == rule).toList();
  }

  /**
   * Counts the elements of each parameter.
   *
   * @return numbers of elements by name
   * @throws IllegalArgumentException if the layer has no size yet
   */
  public Map<String, Long> lengths() {
    Map<String, Long> lengths = new LinkedHashMap<>();
    if (configuration instanceof BaseLayer layer) {
      long all = layer.initializer().numParams(layer);
      if (all > 0) {
        NeuralNetConfiguration alone = new NeuralNetConfiguration();
        alone.setLayer(layer);
        INDArray view = Nd4j.create(new long[] {all});
        layer.initializer().init(alone, view, false).forEach((n, a) -> lengths.put(n, a.length()));
      }
      if (lengths.isEmpty() || lengths.containsValue(0L)) {
        throw new IllegalArgumentException(
            this + " has no size yet; set its nIn and nOut, or the network's input type");
      }
    } else {
      SDLayerParams shapes =
          configuration instanceof SameDiffVertex vertex
              ? vertex.getVertexParams()
              : ((AbstractSameDiffLayer) configuration).getLayerParams();
      shapes.getParamShapes().forEach((name, shape) -> lengths.put(name, product(shape)));
    }
    return lengths;
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }

  @Override
  public String toString() {
    return "layer "
        + configuration.getLayerName()
        + " ("
        + configuration.getClass().getSimpleName()
        + ")";
  }
}
