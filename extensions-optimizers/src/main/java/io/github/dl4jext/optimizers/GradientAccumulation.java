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
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Gradient accumulation: one step of another optimizer per several minibatches, by their mean
 * gradient.
 *
 * <p>For minibatches larger than fit into memory: k of b examples act as one of {@code k b}, but
 * for batch norm, which sees b examples at a time.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>optimizer</td><td>any but LARS</td><td>none</td><td></td></tr>
 * <tr><td>k</td><td>minibatches</td><td>[1, inf)</td><td>none</td><td>minibatches per step</td></tr>
 * </table>
 *
 * <p><b>Update at iteration i</b> (from 0): nothing moves until k divides {@code i + 1}; then the
 * other optimizer makes its step {@code (i + 1) / k} by the mean of the gradients since its last.
 * Schedules count these steps, not minibatches: divide their lengths by k. Weight decay acts once
 * per step.
 *
 * <p><b>State.</b> The other optimizer's and 1 x parameters: SUM.
 *
 * <p><b>Edges.</b> One minibatch per step is the other optimizer. Put on a live network in the
 * middle of k minibatches, the first step is by the mean of those that are left.
 *
 * <p><b>Check.</b> With {@code sgd(learningRate=0.1)}, 2 minibatches and gradients 0.1, 0.2 a
 * weight of 1 stays at 1 and goes to 0.985.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none. Constraints and gradient listeners act per minibatch.
 * LARS, whose scaling needs the mean gradient before the updater, is refused.
 *
 * @see <a href="https://keras.io/api/optimizers/">Keras, gradient_accumulation_steps</a>
 */
public final class GradientAccumulation extends CompositeOptimizer {

  private static final String NAME = "gradient_accumulation";

  private static final Parameter<Optimizer> OPTIMIZER =
      Parameter.plugin("optimizer", Optimizer.class).doc("makes the steps");
  private static final Parameter<Integer> MINIBATCHES =
      Parameter.integer("minibatches").in("[1, inf)").doc("minibatches per step");

  /**
   * Takes everything.
   *
   * @param optimizer makes the steps
   * @param minibatches minibatches per step, from 1 on
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range, or if the optimizer
   *     cannot go with accumulated gradients
   */
  public GradientAccumulation(Optimizer optimizer, int minibatches) {
    super(rule(optimizer, minibatches), terms(optimizer, minibatches), Wrapped.filter(optimizer));
    state("optimizer", optimizer);
    state("minibatches", minibatches);
  }

  private static Updater rule(Optimizer optimizer, int minibatches) {
    Optional<UpdateRule> rule = Wrapped.rule(optimizer);
    Checks.of(NAME)
        .check(OPTIMIZER, optimizer)
        .check(MINIBATCHES, minibatches)
        .that(
            rule.isPresent()
                && !(rule.get() instanceof Updater)
                && Wrapped.terms(optimizer).stream().allMatch(t -> t.every(1).isPresent()),
            "optimizer",
            "an update rule of this library that does not scale gradients before the step,"
                + " and not gradient_accumulation itself",
            optimizer)
        .done();
    return new Updater(rule.orElseThrow().learningRate(), rule.orElseThrow(), minibatches);
  }

  private static List<OptimizerTerm> terms(Optimizer optimizer, int minibatches) {
    return Wrapped.terms(optimizer).stream().map(t -> t.every(minibatches).orElseThrow()).toList();
  }

  /** The part that sees gradients only. */
  static final class Updater extends RuleAroundRule {

    private static final long serialVersionUID = 1L;

    private final UpdateRule rule;
    private final int minibatches;

    @JsonCreator
    Updater(
        @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
            ISchedule learningRate,
        @JsonProperty(value = "rule", required = true) UpdateRule rule,
        @JsonProperty(value = "minibatches", required = true) int minibatches) {
      super(learningRate);
      Checks.of(NAME)
          .that(rule != null, "rule", "an update rule", null)
          .check(MINIBATCHES, minibatches)
          .done();
      this.rule = rule;
      this.minibatches = minibatches;
    }

    @Override
    public double getLearningRate(int iteration, int epoch) {
      return super.getLearningRate(iteration / minibatches, epoch);
    }

    @Override
    protected void update(Step step) {
      INDArray gradient = step.gradient();
      INDArray sum = ownState(step);
      sum.addi(gradient);
      if (EveryNth.completes(step.iteration(), minibatches)) {
        sum.mul(1.0 / Math.min(minibatches, step.number()), gradient);
        sum.assign(0);
        rule.update(step.every(minibatches));
      } else {
        gradient.assign(0);
      }
    }

    @Override
    UpdateRule inner() {
      return rule;
    }

    @Override
    String ownStateName() {
      return "SUM";
    }

    @Override
    protected Map<String, Object> hyperparameters() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("rule", rule);
      all.put("minibatches", minibatches);
      return all;
    }

    @Override
    protected String pluginName() {
      return NAME;
    }
  }

  /** Makes {@link GradientAccumulation} by the name {@code gradient_accumulation}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "one step of another optimizer per several minibatches, by their mean gradient",
          "https://keras.io/api/optimizers/");
      parameters(OPTIMIZER, MINIBATCHES);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new GradientAccumulation(arguments.get(OPTIMIZER), arguments.get(MINIBATCHES));
    }
  }
}
