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
 * Lookahead: k fast steps by another optimizer, then a part of the way back.
 *
 * <p>It damps what the fast steps do to and fro, so the other optimizer may be bolder.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>optimizer</td><td>any but LAMB and GradientAccumulation</td><td>none</td><td></td>
 * </tr>
 * <tr><td>k</td><td>steps</td><td>[1, inf)</td><td>5</td><td>steps</td></tr>
 * <tr><td>alpha</td><td>alpha</td><td>(0, 1]</td><td>0.5</td><td>share of the way kept</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> The other optimizer's; when t is a multiple of k, {@code w = slow +
 * alpha (w - slow)} and {@code slow = w}, where slow is what w was k steps before. It is kept as
 * the sum of the updates since, in the updater's state, so that it is saved with the model.
 *
 * <p><b>State.</b> The other optimizer's and 1 x parameters: FAST.
 *
 * <p><b>Edges.</b> Alpha 1 is the other optimizer. A rate of 0 moves nothing, but a way back that
 * is due is gone.
 *
 * <p><b>Check.</b> With {@code sgd(learningRate=0.1)}, 2 steps, alpha 0.5 and gradients 0.1, 0.2 a
 * weight of 1 goes to 0.99 and 0.985.
 *
 * <p><b>Departs from the paper.</b> Weight decay acts outside of the sum, by the share alpha: after
 * k steps that is the same but for terms of the square of rate times decay. What constraints do is
 * kept in full. LAMB, whose trust ratio needs the last update as it is, is refused.
 *
 * @see <a href="https://arxiv.org/abs/1907.08610">Zhang, Lucas, Hinton, Ba (2019)</a>
 */
public final class Lookahead extends CompositeOptimizer {

  private static final String NAME = "lookahead";

  private static final Parameter<Optimizer> OPTIMIZER =
      Parameter.plugin("optimizer", Optimizer.class).doc("makes the fast steps");
  private static final Parameter<Integer> STEPS =
      Parameter.integer("steps").in("[1, inf)").orElse(5).doc("fast steps until a slow one");
  private static final Parameter<Double> ALPHA =
      Parameter.number("alpha").in("(0, 1]").orElse(0.5).doc("share of the fast way that is kept");

  /**
   * Takes the defaults of 5 steps and 0.5.
   *
   * @param optimizer makes the fast steps
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it cannot be looked ahead of
   */
  public Lookahead(Optimizer optimizer) {
    this(optimizer, STEPS.defaultValue().orElseThrow(), ALPHA.defaultValue().orElseThrow());
  }

  /**
   * Takes everything.
   *
   * @param optimizer makes the fast steps
   * @param steps fast steps until a slow one, from 1 on
   * @param alpha share of the fast way that is kept, in {@code (0, 1]}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range, or the optimizer
   *     cannot be looked ahead of
   */
  public Lookahead(Optimizer optimizer, int steps, double alpha) {
    super(rule(optimizer, steps, alpha), terms(optimizer, alpha), Wrapped.filter(optimizer));
    state("optimizer", optimizer);
    state("steps", steps);
    state("alpha", alpha);
  }

  private static Updater rule(Optimizer optimizer, int steps, double alpha) {
    Optional<UpdateRule> fast = Wrapped.rule(optimizer);
    Checks.of(NAME)
        .check(OPTIMIZER, optimizer)
        .check(STEPS, steps)
        .check(ALPHA, alpha)
        .that(
            fast.isPresent()
                && !(fast.get() instanceof GradientAccumulation.Updater)
                && Wrapped.terms(optimizer).stream().allMatch(t -> t.slowed(1).isPresent()),
            "optimizer",
            "an update rule of this library without a trust ratio after the step;"
                + " gradient_accumulation goes around lookahead",
            optimizer)
        .done();
    return new Updater(fast.orElseThrow().learningRate(), fast.orElseThrow(), steps, alpha);
  }

  private static List<OptimizerTerm> terms(Optimizer optimizer, double alpha) {
    return Wrapped.terms(optimizer).stream().map(t -> t.slowed(alpha).orElseThrow()).toList();
  }

  /** The part that sees gradients only. */
  static final class Updater extends RuleAroundRule {

    private static final long serialVersionUID = 1L;

    private final UpdateRule fast;
    private final int steps;
    private final double alpha;

    @JsonCreator
    Updater(
        @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
            ISchedule learningRate,
        @JsonProperty(value = "fast", required = true) UpdateRule fast,
        @JsonProperty(value = "steps", required = true) int steps,
        @JsonProperty(value = "alpha", required = true) double alpha) {
      super(learningRate);
      Checks.of(NAME)
          .that(fast != null, "fast", "an update rule", null)
          .check(STEPS, steps)
          .check(ALPHA, alpha)
          .done();
      this.fast = fast;
      this.steps = steps;
      this.alpha = alpha;
    }

    @Override
    protected void update(Step step) {
      fast.update(step);
      INDArray way = ownState(step);
      way.addi(step.gradient());
      if (step.number() % steps == 0) {
        Vectors.addScaled(step.gradient(), alpha - 1, way);
        way.assign(0);
      }
    }

    @Override
    UpdateRule inner() {
      return fast;
    }

    @Override
    String ownStateName() {
      return "FAST";
    }

    @Override
    protected Map<String, Object> hyperparameters() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("fast", fast);
      all.put("steps", steps);
      all.put("alpha", alpha);
      return all;
    }

    @Override
    protected String pluginName() {
      return NAME;
    }
  }

  /** Makes {@link Lookahead} by the name {@code lookahead}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "k fast steps by another optimizer, then a part of the way back",
          "https://arxiv.org/abs/1907.08610");
      parameters(OPTIMIZER, STEPS, ALPHA);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new Lookahead(arguments.get(OPTIMIZER), arguments.get(STEPS), arguments.get(ALPHA));
    }
  }
}
