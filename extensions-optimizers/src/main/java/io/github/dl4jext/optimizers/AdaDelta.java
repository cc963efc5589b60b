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
import org.nd4j.linalg.api.ops.impl.updaters.AdaDeltaUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * AdaDelta: the gradient scaled by the ratio of the usual update to the usual gradient.
 *
 * <p>Its update has the unit of the weight by itself, so the paper has no learning rate. It starts
 * slowly, since the usual update starts at 0.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>1</td><td>1</td></tr>
 * <tr><td>rho</td><td>rho</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-6</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code s = rho s + (1 - rho) g^2}, {@code u = g sqrt(d + epsilon) /
 * sqrt(s + epsilon)}, {@code d = rho d + (1 - rho) u^2}, {@code w -= eta u}.
 *
 * <p><b>State.</b> 2 x parameters: msg (s), msdx (d).
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing, and both means go on.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.996839302 and
 * 0.992800114.
 *
 * <p><b>Departs from DL4J.</b> DL4J's has no learning rate, and so takes no schedule. From the
 * paper: the learning rate, as in PyTorch; 1 is the paper's.
 *
 * @see <a href="https://arxiv.org/abs/1212.5701">Zeiler (2012)</a>
 */
public final class AdaDelta extends UpdateRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "adadelta";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-6);

  @NumberOrSchedule.Json private final ISchedule rho;
  private final double epsilon;

  /** Takes the defaults. */
  public AdaDelta() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public AdaDelta(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public AdaDelta(ISchedule learningRate) {
    this(
        learningRate,
        Hyperparameters.standard(Hyperparameters.RHO),
        EPSILON.defaultValue().orElseThrow());
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @param rho decay of the mean squared gradient
   * @param epsilon addend under both roots
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public AdaDelta(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate,
      @JsonProperty(value = "rho", required = true) @NumberOrSchedule.Json ISchedule rho,
      @JsonProperty(value = "epsilon", required = true) double epsilon) {
    super(learningRate);
    Checks.of(NAME)
        .check(LEARNING_RATE, learningRate)
        .check(Hyperparameters.RHO, rho)
        .check(EPSILON, epsilon)
        .done();
    this.rho = rho;
    this.epsilon = epsilon;
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
  protected void update(Step step) {
    double decay = NumberOrSchedule.at(Hyperparameters.RHO, rho, step.iteration(), step.epoch());
    Nd4j.exec(new AdaDeltaUpdater(step.gradient(), step.state(0), step.state(1), decay, epsilon));
    double rate = step.learningRate();
    if (rate != 1) {
      step.gradient().muli(rate);
    }
  }

  @Override
  protected long chunkLength() {
    return Long.MAX_VALUE;
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
  protected List<String> stateNames() {
    return List.of("msg", "msdx");
  }

  @Override
  protected Map<String, Object> hyperparameters() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("rho", rho);
    all.put("epsilon", epsilon);
    return all;
  }

  /** Builds {@link AdaDelta}. */
  public static final class Builder extends RateBuilder<Builder> {

    private ISchedule rho = Hyperparameters.standard(Hyperparameters.RHO);
    private double epsilon = EPSILON.defaultValue().orElseThrow();

    private Builder() {
      super(Hyperparameters.standard(LEARNING_RATE));
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
     * Sets the addend under both roots.
     *
     * @param value a number in the range
     * @return this
     */
    public Builder epsilon(double value) {
      epsilon = value;
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public AdaDelta build() {
      return new AdaDelta(learningRate, rho, epsilon);
    }
  }

  /** Makes {@link AdaDelta} by the name {@code adadelta}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "gradient scaled by the ratio of the mean update to the mean gradient",
          "https://arxiv.org/abs/1212.5701");
      parameters(LEARNING_RATE, Hyperparameters.RHO, EPSILON);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new AdaDelta(
          arguments.get(LEARNING_RATE), arguments.get(Hyperparameters.RHO), arguments.get(EPSILON));
    }
  }
}
