package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ops.impl.updaters.AdaGradUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * AdaGrad: the gradient over the root of the sum of all its squares so far.
 *
 * <p>Steep directions slow down sooner than flat ones, so it points more directly at the minimum,
 * and the rate needs less tuning. It often stops too early in deep networks; it suits linear models
 * and rare features.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.01</td><td>1</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-10</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code s = s + g^2}, {@code w -= eta g / (sqrt(s) + epsilon)}, s from
 * 0.
 *
 * <p><b>State.</b> 1 x parameters: grad.
 *
 * <p><b>Edges.</b> A gradient that was always 0 moves nothing. A rate of 0 moves nothing, and the
 * sum goes on.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.99 and
 * 0.981055728.
 *
 * <p><b>Departs from DL4J.</b> DL4J's sum starts at 1e-6 whatever epsilon is set, so that a
 * gradient of 1e-8 hardly moves a weight, and its clone loses a scheduled rate: NaN at the first
 * step.
 *
 * @see <a href="https://jmlr.org/papers/v12/duchi11a.html">Duchi, Hazan, Singer (2011)</a>
 */
public final class AdaGrad extends UpdateRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "adagrad";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(0.01);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-10);

  private final double epsilon;

  /** Takes the defaults. */
  public AdaGrad() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public AdaGrad(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public AdaGrad(ISchedule learningRate) {
    this(learningRate, EPSILON.defaultValue().orElseThrow());
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @param epsilon addend to the root
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public AdaGrad(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate,
      @JsonProperty(value = "epsilon", required = true) double epsilon) {
    super(learningRate);
    Checks.of(NAME).check(LEARNING_RATE, learningRate).check(EPSILON, epsilon).done();
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
    Nd4j.exec(new AdaGradUpdater(step.gradient(), step.state(0), step.learningRate(), epsilon));
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
    return List.of("grad");
  }

  @Override
  protected Map<String, Object> hyperparameters() {
    return Map.of("epsilon", epsilon);
  }

  /** Builds {@link AdaGrad}. */
  public static final class Builder extends RateBuilder<Builder> {

    private double epsilon = EPSILON.defaultValue().orElseThrow();

    private Builder() {
      super(Hyperparameters.standard(LEARNING_RATE));
    }

    @Override
    Builder self() {
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
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public AdaGrad build() {
      return new AdaGrad(learningRate, epsilon);
    }
  }

  /** Makes {@link AdaGrad} by the name {@code adagrad}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "gradient over the root of the sum of all squared gradients",
          "https://jmlr.org/papers/v12/duchi11a.html");
      parameters(LEARNING_RATE, EPSILON);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new AdaGrad(arguments.get(LEARNING_RATE), arguments.get(EPSILON));
    }
  }
}
