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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Nesterov's accelerated gradient: {@link Momentum} that looks one step ahead.
 *
 * <p>It brakes before a slope rises again, so it swings less than momentum and is almost always a
 * little faster.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>none</td><td>1</td></tr>
 * <tr><td>mu</td><td>momentum</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code b = mu b + g}, {@code w -= eta (g + mu b)}, as in PyTorch.
 *
 * <p><b>State.</b> 1 x parameters: B.
 *
 * <p><b>Edges.</b> Momentum 0 is {@link SGD}. A rate of 0 moves nothing, and the velocity goes on.
 *
 * <p><b>Check.</b> With rate 0.1, momentum 0.9 and gradients 0.1, 0.2 a weight of 1 goes to 0.981
 * and 0.9349.
 *
 * <p><b>Departs from DL4J.</b> {@code Nesterovs} keeps the rate within the velocity, as Keras does:
 * the same with a constant rate, another path with a schedule.
 *
 * @see <a href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever, Martens, Dahl,
 *     Hinton (2013)</a>
 */
public final class Nesterov extends UpdateRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "nesterov";

  @NumberOrSchedule.Json private final ISchedule momentum;

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public Nesterov(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public Nesterov(ISchedule learningRate) {
    this(learningRate, Hyperparameters.standard(Hyperparameters.MOMENTUM));
  }

  /**
   * Takes numbers.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param momentum share of the last velocity that is kept, in {@code [0, 1)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  public Nesterov(double learningRate, double momentum) {
    this(Hyperparameters.fixed(learningRate), Hyperparameters.fixed(momentum));
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @param momentum share of the last velocity that is kept
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public Nesterov(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate,
      @JsonProperty(value = "momentum", required = true) @NumberOrSchedule.Json
          ISchedule momentum) {
    super(learningRate);
    Checks.of(NAME)
        .check(Hyperparameters.LEARNING_RATE, learningRate)
        .check(Hyperparameters.MOMENTUM, momentum)
        .done();
    this.momentum = momentum;
  }

  /**
   * Starts with the defaults; the learning rate must be given.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected void update(Step step) {
    double share =
        NumberOrSchedule.at(Hyperparameters.MOMENTUM, momentum, step.iteration(), step.epoch());
    INDArray gradient = step.gradient();
    INDArray velocity = step.state(0);
    velocity.muli(share).addi(gradient);
    Vectors.addScaled(gradient, share, velocity);
    gradient.muli(step.learningRate());
  }

  @Override
  protected Parameter<ISchedule> learningRateParameter() {
    return Hyperparameters.LEARNING_RATE;
  }

  @Override
  protected String pluginName() {
    return NAME;
  }

  @Override
  protected List<String> stateNames() {
    return List.of("B");
  }

  @Override
  protected Map<String, Object> hyperparameters() {
    return Map.of("momentum", momentum);
  }

  /** Builds {@link Nesterov}. */
  public static final class Builder extends MomentumBuilder<Builder> {

    private Builder() {
      super(null, Hyperparameters.standard(Hyperparameters.MOMENTUM));
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public Nesterov build() {
      return new Nesterov(learningRate, momentum);
    }
  }

  /** Makes {@link Nesterov} by the name {@code nesterov}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "momentum with the gradient looked up one step ahead",
          "https://proceedings.mlr.press/v28/sutskever13.html");
      parameters(Hyperparameters.LEARNING_RATE, Hyperparameters.MOMENTUM);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new Nesterov(
          arguments.get(Hyperparameters.LEARNING_RATE), arguments.get(Hyperparameters.MOMENTUM));
    }
  }
}
