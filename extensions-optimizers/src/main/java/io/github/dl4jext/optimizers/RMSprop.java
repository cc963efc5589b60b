package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.RmsPropUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * RMSprop: the gradient over the root of the running mean of its square.
 *
 * <p>{@link AdaGrad} that forgets, so that it does not stop early. With {@code centered} the
 * gradient's variance takes the place of its mean square; with {@code momentum} the steps gather
 * speed.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>rho</td><td>rho</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * <tr><td>mu</td><td>momentum</td><td>[0, 1) or schedule</td><td>0</td><td>per step</td></tr>
 * <tr><td></td><td>centered</td><td>true, false</td><td>false</td><td></td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code v = rho v + (1 - rho) g^2}, {@code w -= eta g / (sqrt(v) +
 * epsilon)}. Centered: {@code a = rho a + (1 - rho) g} and {@code sqrt(v - a^2)} in place of {@code
 * sqrt(v)}. With momentum: {@code b = mu b + g / (sqrt(v) + epsilon)}, {@code w -= eta b}. All as
 * in PyTorch; Keras adds epsilon under the root.
 *
 * <p><b>State.</b> 1 x parameters: G; centered A besides, with momentum B besides.
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing, and the means go on. A gradient that was always 0
 * moves nothing.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.996837723 and
 * 0.993980581.
 *
 * <p><b>Departs from DL4J.</b> DL4J's mean starts at epsilon, not at 0, its rate defaults to 0.1,
 * and it is neither centered nor has momentum.
 *
 * @see <a href="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf">Tieleman,
 *     Hinton (2012)</a>
 */
public final class RMSprop extends UpdateRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "rmsprop";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-8);
  private static final Parameter<ISchedule> MOMENTUM =
      Hyperparameters.MOMENTUM.orElse(Hyperparameters.fixed(0));
  private static final Parameter<Boolean> CENTERED =
      Parameter.flag("centered")
          .orElse(false)
          .doc("whether the variance of the gradient is taken, not its mean square");

  @NumberOrSchedule.Json private final ISchedule rho;
  private final double epsilon;
  @NumberOrSchedule.Json private final ISchedule momentum;
  private final boolean centered;

  /** Takes the defaults. */
  public RMSprop() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public RMSprop(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public RMSprop(ISchedule learningRate) {
    this(
        learningRate,
        Hyperparameters.standard(Hyperparameters.RHO),
        EPSILON.defaultValue().orElseThrow(),
        Hyperparameters.standard(MOMENTUM),
        CENTERED.defaultValue().orElseThrow());
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @param rho decay of the mean squared gradient
   * @param epsilon addend to the root
   * @param momentum share of the last velocity that is kept
   * @param centered choice of the variance in place of the mean square
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public RMSprop(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate,
      @JsonProperty(value = "rho", required = true) @NumberOrSchedule.Json ISchedule rho,
      @JsonProperty(value = "epsilon", required = true) double epsilon,
      @JsonProperty(value = "momentum", required = true) @NumberOrSchedule.Json ISchedule momentum,
      @JsonProperty(value = "centered", required = true) boolean centered) {
    super(learningRate);
    Checks.of(NAME)
        .check(LEARNING_RATE, learningRate)
        .check(Hyperparameters.RHO, rho)
        .check(EPSILON, epsilon)
        .check(MOMENTUM, momentum)
        .check(CENTERED, centered)
        .done();
    this.rho = rho;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.centered = centered;
  }

  /**
   * Starts with the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected List<String> stateNames() {
    return Stream.of("G", centered ? "A" : "", hasMomentum() ? "B" : "")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private boolean hasMomentum() {
    return !momentum.equals(Hyperparameters.fixed(0));
  }

  @Override
  protected void update(Step step) {
    double decay = NumberOrSchedule.at(Hyperparameters.RHO, rho, step.iteration(), step.epoch());
    double rate = step.learningRate();
    INDArray gradient = step.gradient();
    if (!centered && !hasMomentum()) {
      Nd4j.exec(new RmsPropUpdater(gradient, step.state(0), rate, decay, epsilon));
      return;
    }
    INDArray root = step.scratch(0);
    Vectors.averageOfSquares(step.state(0), decay, gradient, root);
    if (centered) {
      Vectors.average(step.state(1), decay, gradient);
      step.state(1).mul(step.state(1), root);
      step.state(0).sub(root, root);
      Vectors.root(root, 1, epsilon, root);
    } else {
      Vectors.root(step.state(0), 1, epsilon, root);
    }
    gradient.divi(root);
    if (hasMomentum()) {
      INDArray velocity = step.state(centered ? 2 : 1);
      velocity
          .muli(NumberOrSchedule.at(MOMENTUM, momentum, step.iteration(), step.epoch()))
          .addi(gradient);
      velocity.muli(rate, gradient);
    } else {
      gradient.muli(rate);
    }
  }

  @Override
  protected long chunkLength() {
    return centered || hasMomentum() ? super.chunkLength() : Long.MAX_VALUE;
  }

  @Override
  protected Parameter<ISchedule> learningRateParameter() {
    return LEARNING_RATE;
  }

  @Override
  protected String pluginName() {
    return NAME;
  }

  @Override
  protected Map<String, Object> hyperparameters() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("rho", rho);
    all.put("epsilon", epsilon);
    all.put("momentum", momentum);
    all.put("centered", centered);
    return all;
  }

  /** Builds {@link RMSprop}. */
  public static final class Builder extends MomentumBuilder<Builder> {

    private ISchedule rho = Hyperparameters.standard(Hyperparameters.RHO);
    private double epsilon = EPSILON.defaultValue().orElseThrow();
    private boolean centered = CENTERED.defaultValue().orElseThrow();

    private Builder() {
      super(Hyperparameters.standard(LEARNING_RATE), Hyperparameters.standard(MOMENTUM));
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the decay of the mean squared gradient.
     *
     * @param value a number in the range
     * @return this
     */
    public Builder rho(double value) {
      return rho(Hyperparameters.fixed(value));
    }

    /**
     * Sets the decay of the mean squared gradient.
     *
     * @param value gives a number in the range at each step
     * @return this
     */
    public Builder rho(ISchedule value) {
      rho = value;
      return this;
    }

    /**
     * Sets the addend to the root.
     *
     * @param value a number in the range
     * @return this
     */
    public Builder epsilon(double value) {
      epsilon = value;
      return this;
    }

    /**
     * Sets the choice of the variance in place of the mean square.
     *
     * @param value true or false
     * @return this
     */
    public Builder centered(boolean value) {
      centered = value;
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public RMSprop build() {
      return new RMSprop(learningRate, rho, epsilon, momentum, centered);
    }
  }

  /** Makes {@link RMSprop} by the name {@code rmsprop}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "gradient over the root of the mean squared gradient",
          "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf");
      parameters(LEARNING_RATE, Hyperparameters.RHO, EPSILON, MOMENTUM, CENTERED);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new RMSprop(
          arguments.get(LEARNING_RATE),
          arguments.get(Hyperparameters.RHO),
          arguments.get(EPSILON),
          arguments.get(MOMENTUM),
          arguments.get(CENTERED));
    }
  }
}
