package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Adan: {@link AdamW} that looks ahead by the change of the gradient.
 *
 * <p>The change of the gradient from step to step predicts the next gradient. Adan steps by the
 * predicted gradient, as {@link Nesterov} does, without computing one there. It tolerates rates 5
 * to 10 times as large as AdamW's.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.98</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.92</td><td>per step</td></tr>
 * <tr><td>beta3</td><td>beta3</td><td>[0, 1) or schedule</td><td>0.99</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf) or schedule</td><td>0</td><td>per unit of rate
 * and step</td></tr></table>
 *
 * <p><b>Update at step t</b> (from 1): with {@code d = g - g_last}, 0 at the first step: {@code m =
 * beta1 m + (1 - beta1) g}, {@code v = beta2 v + (1 - beta2) d}, {@code n = beta3 n + (1 - beta3)
 * (g + beta2 d)^2}, {@code u = eta (mhat + beta2 vhat) / (sqrt(nhat) + epsilon)}, {@code w = (w -
 * u) / (1 + eta lambda)}; a hat divides by {@code 1 - beta^t}. The betas are the shares that are
 * kept, as in the authors' program and timm; the paper writes {@code 1 - beta}.
 *
 * <p><b>What decays.</b> {@link ParameterFilter#weights()}, or the choice of {@link #decaying}.
 *
 * <p><b>State.</b> 4 x parameters: M, D, N, G_LAST.
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing. A gradient that was always 0 moves nothing.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9990000001 and
 * 0.998092641.
 *
 * <p><b>Departs from others.</b> optax weighs the look ahead by {@code 1 - beta2}. DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/2208.06677">Xie et al. (2022)</a>
 */
public final class Adan extends CompositeOptimizer<Adan> {

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1.orElse(0.98);
  public static final Parameter<ISchedule> BETA2 =
      Hyperparameters.BETA2
          .orElse(0.92)
          .doc("decay of the mean change of the gradient, and weight of the look ahead");
  public static final Parameter<ISchedule> BETA3 =
      Parameter.rate("beta3")
          .in("[0, 1)")
          .orElse(0.99)
          .doc("decay of the mean squared gradient looked ahead, per step");
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;
  public static final Parameter<ISchedule> WEIGHT_DECAY = Hyperparameters.WEIGHT_DECAY;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "adan")
          .summary("Adam with Nesterov's look ahead by the change of the gradient")
          .from("https://arxiv.org/abs/2208.06677")
          .taking(LEARNING_RATE, BETA1, BETA2, BETA3, EPSILON, WEIGHT_DECAY)
          .madeBy(Adan::new);

  /** Takes the defaults. */
  public Adan() {
    this(Arguments.none());
  }

  /**
   * Takes a learning rate and a weight decay; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   */
  public Adan(double learningRate, double weightDecay) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(WEIGHT_DECAY, weightDecay));
  }

  /**
   * Takes the schedule of the learning rate and a weight decay; the other parameters take their
   * defaults.
   *
   * @param learningRate size of a step, by schedule
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   */
  public Adan(ISchedule learningRate, double weightDecay) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(WEIGHT_DECAY, weightDecay));
  }

  private Adan(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  public IUpdater updater() {
    return new Updater(arguments().without(WEIGHT_DECAY));
  }

  @Override
  public List<OptimizerTerm> terms() {
    return List.of(new ProximalDecay(get(WEIGHT_DECAY)));
  }

  /** The part that sees gradients only. */
  static final class Updater extends UpdateRule<Updater> {

    private static final long serialVersionUID = 1L;

    private static final Technique<Optimizer> PART =
        TECHNIQUE
            .part(Optimizer.class, LEARNING_RATE, BETA1, BETA2, BETA3, EPSILON)
            .madeBy(Updater::new);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Updater(Arguments arguments) {
      super(PART, arguments);
    }

    @Override
    protected List<String> stateNames() {
      return List.of("M", "D", "N", "G_LAST");
    }

    @Override
    protected void update(UpdateContext t) {
      double beta1 = t.at(BETA1);
      double beta2 = t.at(BETA2);
      double beta3 = t.at(BETA3);
      INDArray gradient = t.gradient();
      INDArray mean = t.state(0);
      INDArray change = t.state(1);
      INDArray square = t.state(2);
      INDArray last = t.state(3);
      INDArray ahead = t.scratch(0);
      INDArray root = t.scratch(1);
      if (t.number() == 1) {
        last.assign(gradient);
      }
      gradient.sub(last, ahead);
      last.assign(gradient);
      Vectors.average(mean, beta1, gradient);
      Vectors.average(change, beta2, ahead);
      ahead.muli(beta2).addi(gradient);
      Vectors.averageOfSquares(square, beta3, ahead, root);
      Vectors.root(square, 1 / Math.sqrt(t.biasCorrection(beta3)), t.get(EPSILON), root);
      double rate = t.learningRate();
      mean.mul(rate / t.biasCorrection(beta1), gradient);
      Vectors.addScaled(gradient, rate * beta2 / t.biasCorrection(beta2), change);
      gradient.divi(root);
    }
  }

  /** Shrinks the weights after the step: {@code w = (w - u) / (1 + rate * weightDecay)}. */
  record ProximalDecay(@NumberOrSchedule.Json ISchedule weightDecay) implements OptimizerTerm {

    private static final Technique<OptimizerTerm> PART =
        TECHNIQUE
            .part(OptimizerTerm.class, WEIGHT_DECAY)
            .madeBy(a -> new ProximalDecay(a.get(WEIGHT_DECAY)));

    ProximalDecay {
      PART.check(WEIGHT_DECAY, weightDecay).done();
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ProximalDecay read(Arguments json) {
      return (ProximalDecay) PART.restore(json);
    }

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.POST_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
      double decay =
          rate * NumberOrSchedule.at("adan", WEIGHT_DECAY, weightDecay, iteration, epoch);
      if (decay != 0) {
        Vectors.addScaled(update, decay, param);
        update.muli(1 / (1 + decay));
      }
    }

    @Override
    public ProximalDecay clone() {
      return new ProximalDecay(weightDecay.clone());
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
