package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.AccumulatingUpdater;
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
 * Gradient accumulation: one step of another optimizer per several minibatches, by their mean
 * gradient.
 *
 * <p>It is for minibatches that do not fit into memory: k minibatches of b examples act as one of
 * {@code k b}, except for batch normalization, which sees b examples at a time.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td></td><td>optimizer</td><td>any but LARS</td><td>none</td><td></td></tr>
 * <tr><td>k</td><td>minibatches</td><td>[1, inf)</td><td>none</td><td>minibatches per step</td></tr>
 * </table>
 *
 * <p><b>Update at iteration i</b> (from 0): nothing moves until k divides {@code i + 1}; then the
 * other optimizer makes its step {@code (i + 1) / k} by the mean of the gradients since its last
 * step. Schedules count these steps, not minibatches: divide their lengths by k.
 *
 * <p><b>What acts beside it.</b> In a network on which {@code configure} has installed this, weight
 * decay, an optimizer's or a user's own, acts once per step. If only {@link #updater()} is given to
 * DL4J's builder, a decay that is proportional to the learning rate also acts once per step, as
 * DL4J is told a rate of 0 between steps; but DL4J's {@code WeightDecay(c, false)} then acts in
 * each minibatch, and a schedule of the decay counts minibatches. L1 and L2 act on each gradient,
 * which gives the same result. The clips of {@code extensions-listeners} clip the mean. DL4J's own
 * {@code gradientNormalization} and its constraints act per minibatch.
 *
 * <p><b>State.</b> The other optimizer's and 1 x parameters: SUM.
 *
 * <p><b>Edges.</b> With one minibatch per step this is the other optimizer. If it is installed on a
 * live network in the middle of k minibatches, the first step is by the mean of those that are
 * left. Steps do not end with an epoch: a step that the epoch left incomplete is completed by the
 * first minibatches of the next epoch, also after saving and restoring. If training ends before,
 * its gradients have no effect.
 *
 * <p><b>Check.</b> With {@code sgd(learningRate=0.1)}, 2 minibatches and gradients 0.1, 0.2 a
 * weight of 1 stays at 1 in the first minibatch and goes to 0.985 in the second.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none. LARS, whose scaling needs the mean gradient before
 * the updater, is refused.
 *
 * @see <a href="https://keras.io/api/optimizers/">Keras, gradient_accumulation_steps</a>
 */
public final class GradientAccumulation extends CompositeOptimizer<GradientAccumulation> {

  public static final Parameter<Optimizer> OPTIMIZER =
      Parameter.plugin("optimizer", Optimizer.class).doc("makes the steps");
  public static final Parameter<Integer> MINIBATCHES =
      Parameter.integer("minibatches").in("[1, inf)").doc("minibatches per step");

  private final UpdateRule<?> rule;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "gradient_accumulation")
          .summary("one step of another optimizer per several minibatches, by their mean gradient")
          .from("https://keras.io/api/optimizers/")
          .taking(OPTIMIZER, MINIBATCHES)
          .madeBy(GradientAccumulation::new);

  /**
   * Takes both parameters.
   *
   * @param optimizer makes the steps
   * @param minibatches minibatches per step, from 1 on
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range, or if the optimizer
   *     does not work with accumulated gradients
   */
  public GradientAccumulation(Optimizer optimizer, int minibatches) {
    this(Arguments.of(OPTIMIZER, optimizer).with(MINIBATCHES, minibatches));
  }

  private GradientAccumulation(Arguments arguments) {
    super(TECHNIQUE, arguments);
    Optimizer inner = get(OPTIMIZER);
    UpdateRule<?> rule = WrapperRule.ruleOf(inner).orElse(null);
    TECHNIQUE
        .checks()
        .that(
            rule != null
                && !(rule instanceof Updater)
                && inner.terms().stream().allMatch(GradientAccumulation::actsAfterTheUpdater),
            "optimizer",
            "an update rule of this library that does not scale gradients before the step,"
                + " and not gradient_accumulation itself",
            inner)
        .done();
    this.rule = Objects.requireNonNull(rule, "an optimizer without a rule was refused");
  }

  private static boolean actsAfterTheUpdater(OptimizerTerm term) {
    return term.applyStep() == Regularization.ApplyStep.POST_UPDATER;
  }

  @Override
  public IUpdater updater() {
    return rule();
  }

  private Updater rule() {
    return new Updater(
        Arguments.of(Hyperparameters.LEARNING_RATE, rule.learningRate())
            .with(WrapperRule.RULE, rule.clone())
            .with(MINIBATCHES, get(MINIBATCHES)));
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
  static final class Updater extends WrapperRule<Updater> implements AccumulatingUpdater {

    private static final long serialVersionUID = 1L;

    private static final Technique<Optimizer> PART =
        TECHNIQUE
            .part(Optimizer.class, Hyperparameters.LEARNING_RATE, RULE, MINIBATCHES)
            .madeBy(Updater::new);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Updater(Arguments arguments) {
      super(PART, arguments);
    }

    @Override
    String purpose() {
      return "SUM";
    }

    @Override
    public String sumName() {
      return ownStateName();
    }

    @Override
    public int minibatchesOfStep(int iteration) {
      int minibatches = get(MINIBATCHES);
      return PeriodicTerm.completes(iteration, minibatches)
          ? (int) Math.min(minibatches, stepNumber(iteration))
          : 0;
    }

    @Override
    OptimizerTerm inStep(Regularization term) {
      return new PeriodicTerm(term, get(MINIBATCHES));
    }

    @Override
    double shareOfStep(int iteration) {
      return minibatchesOfStep(iteration) > 0 ? 1 : 0;
    }

    @Override
    int minibatchesPerStep() {
      return get(MINIBATCHES);
    }

    @Override
    protected void update(UpdateContext t) {
      INDArray gradient = t.gradient();
      INDArray sum = ownState(t);
      sum.addi(gradient);
      int minibatches = minibatchesOfStep(t.iteration());
      if (minibatches > 0) {
        sum.mul(1.0 / minibatches, gradient);
        sum.assign(0);
        rule().update(t.of(rule(), get(MINIBATCHES)));
      } else {
        gradient.assign(0);
      }
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
