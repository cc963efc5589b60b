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
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient descent: a step against the gradient.
 *
 * <p>The baseline; with a good schedule it generalises well, but it is slow where the loss is steep
 * in one direction and flat in another.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>none</td><td>1</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code w -= eta g}.
 *
 * <p><b>State.</b> None.
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing. NaN and infinities pass through.
 *
 * <p><b>Check.</b> With rate 0.1 and gradients 0.1, 0.2 a weight of 1 goes to 0.99 and 0.97.
 *
 * <p><b>Departs from DL4J.</b> Nothing; it is here so that it can be found by name and configured
 * like the others.
 *
 * @see <a href="https://doi.org/10.1214/aoms/1177729586">Robbins, Monro (1951)</a>
 */
public final class SGD extends UpdateRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "sgd";

  /**
   * Takes the learning rate.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public SGD(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public SGD(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate) {
    super(learningRate);
    Checks.of(NAME).check(Hyperparameters.LEARNING_RATE, learningRate).done();
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
    step.gradient().muli(step.learningRate());
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
    return List.of();
  }

  @Override
  protected Map<String, Object> hyperparameters() {
    return Map.of();
  }

  /** Builds {@link SGD}. */
  public static final class Builder extends RateBuilder<Builder> {

    private Builder() {
      super(null);
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
    public SGD build() {
      return new SGD(learningRate);
    }
  }

  /** Makes {@link SGD} by the name {@code sgd}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "stochastic gradient descent: the gradient times the learning rate",
          "https://doi.org/10.1214/aoms/1177729586");
      parameters(Hyperparameters.LEARNING_RATE);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new SGD(arguments.get(Hyperparameters.LEARNING_RATE));
    }
  }
}
