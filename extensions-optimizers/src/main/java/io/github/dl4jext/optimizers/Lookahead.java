package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Lookahead: k fast steps by another optimizer, then a part of the way back.
 *
 * <p>It damps the oscillations of the fast steps, so that the other optimizer can take larger
 * steps.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>optimizer</td><td>any but GradientAccumulation</td><td>none</td><td></td>
 * </tr>
 * <tr><td>k</td><td>steps</td><td>[1, inf)</td><td>5</td><td>steps</td></tr>
 * <tr><td>alpha</td><td>alpha</td><td>(0, 1]</td><td>0.5</td><td>share of the way kept</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> The other optimizer's; when t is a multiple of k, {@code w = slow +
 * alpha (w - slow)} and {@code slow = w}, where slow is the value of w k steps before. The
 * updater's state contains the sum of the updates since then instead of slow, and is saved with the
 * model.
 *
 * <p><b>State.</b> The other optimizer's and 1 x parameters: FAST.
 *
 * <p><b>What acts beside it.</b> In a network on which {@code configure} has installed this, weight
 * decay, the other optimizer's or a user's own, is a part of the fast steps, and the share {@code
 * alpha} of it is kept. If only {@link #updater()} is given to DL4J's builder, a user's decay that
 * is proportional to the learning rate acts with the share alpha in every step. After k steps this
 * is the same, except for terms in the square of rate times decay. DL4J's {@code WeightDecay(c,
 * false)} is then kept in full.
 *
 * <p><b>Edges.</b> With alpha 1 this is the other optimizer. At a rate of 0 there is no fast step,
 * but a slow step that is due is still made.
 *
 * <p><b>Check.</b> With {@code sgd(learningRate=0.1)}, 2 steps, alpha 0.5 and gradients 0.1, 0.2 a
 * weight of 1 goes to 0.99 and 0.985.
 *
 * <p><b>Departs from the paper.</b> What constraints change, or an outer lookahead in the middle of
 * the k steps, is kept in full.
 *
 * @see <a href="https://arxiv.org/abs/1907.08610">Zhang, Lucas, Hinton, Ba (2019)</a>
 */
public final class Lookahead extends CompositeOptimizer<Lookahead> {

  public static final Parameter<Optimizer> OPTIMIZER =
      Parameter.plugin("optimizer", Optimizer.class).doc("makes the fast steps");
  public static final Parameter<Integer> STEPS =
      Parameter.integer("steps").in("[1, inf)").orElse(5).doc("fast steps until a slow one");
  public static final Parameter<Double> ALPHA =
      Parameter.number("alpha").in("(0, 1]").orElse(0.5).doc("share of the fast way that is kept");

  private final UpdateRule<?> rule;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "lookahead")
          .summary("k fast steps by another optimizer, then a part of the way back")
          .from("https://arxiv.org/abs/1907.08610")
          .taking(OPTIMIZER, STEPS, ALPHA)
          .madeBy(Lookahead::new);

  /**
   * Takes the defaults: 5 steps and an alpha of 0.5.
   *
   * @param optimizer makes the fast steps
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is not one that lookahead can wrap
   */
  public Lookahead(Optimizer optimizer) {
    this(Arguments.of(OPTIMIZER, optimizer));
  }

  /**
   * Takes all parameters.
   *
   * @param optimizer makes the fast steps
   * @param steps fast steps until a slow one, from 1 on
   * @param alpha share of the fast way that is kept, in {@code (0, 1]}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range, or the optimizer
   *     is not one that lookahead can wrap
   */
  public Lookahead(Optimizer optimizer, int steps, double alpha) {
    this(Arguments.of(OPTIMIZER, optimizer).with(STEPS, steps).with(ALPHA, alpha));
  }

  private Lookahead(Arguments arguments) {
    super(TECHNIQUE, arguments);
    Optimizer inner = get(OPTIMIZER);
    UpdateRule<?> rule = WrapperRule.ruleOf(inner).orElse(null);
    TECHNIQUE
        .checks()
        .that(
            rule != null && !(rule instanceof GradientAccumulation.Updater),
            "optimizer",
            "an update rule of this library; gradient_accumulation goes around lookahead",
            inner)
        .done();
    this.rule = Objects.requireNonNull(rule, "an optimizer without a rule was refused");
  }

  @Override
  public IUpdater updater() {
    return rule();
  }

  private Updater rule() {
    return new Updater(
        Arguments.of(Hyperparameters.LEARNING_RATE, rule.learningRate())
            .with(WrapperRule.RULE, rule.clone())
            .with(STEPS, get(STEPS))
            .with(ALPHA, get(ALPHA)));
  }

  @Override
  public List<OptimizerTerm> terms() {
    return rule().around(get(OPTIMIZER).terms());
  }

  @Override
  Optimizer owner() {
    return get(OPTIMIZER);
  }

  /** The part that sees gradients only. */
  static final class Updater extends WrapperRule<Updater> {

    private static final long serialVersionUID = 1L;

    private static final Technique<Optimizer> PART =
        TECHNIQUE
            .part(Optimizer.class, Hyperparameters.LEARNING_RATE, RULE, STEPS, ALPHA)
            .madeBy(Updater::new);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Updater(Arguments arguments) {
      super(PART, arguments);
    }

    @Override
    String purpose() {
      return "FAST";
    }

    @Override
    OptimizerTerm inStep(Regularization term) {
      return new FastStepTerm(term, ownStateName());
    }

    @Override
    double shareOfStep(int iteration) {
      return get(ALPHA);
    }

    /** The share of the way that a step goes back. */
    static double back(UpdateContext t) {
      return t.number() % t.get(STEPS) == 0 ? 1 - t.get(ALPHA) : 0;
    }

    /** Takes a share of the way off an update. */
    static void goBack(INDArray update, double share, INDArray way) {
      if (share != 0) {
        Vectors.addScaled(update, -share, way);
      }
    }

    @Override
    protected void update(UpdateContext t) {
      rule().update(t.of(rule(), 1));
      INDArray way = ownState(t);
      if ((t.number() - 1) % get(STEPS) == 0) {
        way.assign(t.gradient());
      } else {
        way.addi(t.gradient());
      }
      goBack(t.gradient(), back(t), way);
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
