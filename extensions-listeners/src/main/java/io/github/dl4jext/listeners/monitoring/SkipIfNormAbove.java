package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Locale;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Skips steps whose gradient has a far larger norm than usual: {@code |g| > factor median}, where
 * the median is that of the norms of the last steps.
 *
 * <p>Single minibatches with outliers or wrong labels then cannot spoil the weights and the
 * updater's state. Clipping would still make a step in their direction.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>factor</td><td>(1, inf)</td><td>10</td><td>median norm</td></tr>
 * <tr><td>window</td><td>[3, 100000]</td><td>100</td><td>steps</td></tr>
 * <tr><td>warmupSteps</td><td>[1, 100000], at most window</td><td>20</td><td>steps</td></tr>
 * <tr><td>maxConsecutive</td><td>[1, inf)</td><td>10</td><td>steps</td></tr></table>
 *
 * <p><b>The norm</b> is the L2 norm of the gradient of the mean loss, over all parameters that
 * learn, without frozen layers and the statistics of batch normalization. It is compared with the
 * median of the last {@code window} norms before it. These include the norms of skipped steps, so
 * that a training whose gradients have become larger permanently continues after half a window, if
 * {@code maxConsecutive} is at least as large. The first {@code warmupSteps} steps are never
 * skipped, and neither are steps while the median is 0. Gradients with NaN or infinities are
 * skipped from the first step on, and their norms are not remembered.
 *
 * <p><b>As for {@link SkipIfNonFinite}</b> are a skipped step, accumulated gradients, the end after
 * {@code maxConsecutive} skipped steps in a row, the report, the order of listeners, and threads.
 * If gradients are accumulated, each minibatch is judged separately.
 *
 * <p><b>Shape and type.</b> Both network types, any data type. A step costs a norm for each
 * parameter; a skipped one copies the parameters and the updater's state.
 *
 * <p><b>Check.</b> factor 10, window 5, warm-up 3, norms 1, 2, 3, 19, 21: at the fourth step the
 * median is 2, and at the fifth 2.5, so that both are made. A sixth step with norm 31 is skipped,
 * because the median is 3 then.
 *
 * @see <a href="https://arxiv.org/abs/2204.02311">Chowdhery et al. (2022), section 5.1, who skip
 *     minibatches where the loss spikes</a>
 */
public final class SkipIfNormAbove extends StepSkip {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> FACTOR =
      Parameter.number("factor")
          .in("(1, inf)")
          .orElse(10)
          .doc("how many times as long as the median a good gradient may be");
  public static final Parameter<Integer> WINDOW =
      Parameter.integer("window")
          .in("[3, 100000]")
          .orElse(100)
          .doc("the number of steps whose norms give the median");
  public static final Parameter<Integer> WARMUP_STEPS =
      Parameter.integer("warmupSteps")
          .in("[1, 100000]")
          .orElse(20)
          .doc("how many norms must be known before a step is skipped, at most window");
  public static final Parameter<Integer> MAX_CONSECUTIVE = CONSECUTIVE;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "skip_if_norm_above")
          .summary("Skips steps whose gradient is many times as long as the recent median")
          .from("https://arxiv.org/abs/2204.02311")
          .taking(FACTOR, WINDOW, WARMUP_STEPS, MAX_CONSECUTIVE)
          .madeBy(SkipIfNormAbove::new);

  /** Takes the defaults. */
  public SkipIfNormAbove() {
    this(Arguments.none());
  }

  /**
   * Takes the factor, and the other defaults.
   *
   * @param factor the largest norm of a good gradient, as a multiple of the median, in {@code (1,
   *     inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public SkipIfNormAbove(double factor) {
    this(Arguments.of(FACTOR, factor));
  }

  /**
   * Takes a value for each parameter.
   *
   * @param factor the largest norm of a good gradient, as a multiple of the median, in {@code (1,
   *     inf)}
   * @param window the number of steps whose norms give the median, in {@code [3, 100000]}
   * @param warmupSteps the number of norms that must be known before a step is skipped, in {@code
   *     [1, window]}
   * @param maxConsecutive the largest number of steps in a row that are skipped, in {@code [1,
   *     inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public SkipIfNormAbove(double factor, int window, int warmupSteps, int maxConsecutive) {
    this(
        Arguments.of(FACTOR, factor)
            .with(WINDOW, window)
            .with(WARMUP_STEPS, warmupSteps)
            .with(MAX_CONSECUTIVE, maxConsecutive));
  }

  private SkipIfNormAbove(Arguments given) {
    super(TECHNIQUE, given);
    int window = arguments.get(WINDOW);
    int warmupSteps = arguments.get(WARMUP_STEPS);
    TECHNIQUE
        .checks()
        .that(
            warmupSteps <= window, "warmupSteps", "at most window, which is " + window, warmupSteps)
        .done();
  }

  @Override
  Memory newMemory() {
    return new Memory(new RecentNorms(arguments.get(WINDOW)));
  }

  @Override
  @Nullable String complaint(Network network, Memory memory) {
    double norm = norm(network);
    if (!Double.isFinite(norm) || !FiniteCheck.all(network.gradients())) {
      return "the gradient was not finite";
    }
    boolean isKnown = memory.norms.size() >= arguments.get(WARMUP_STEPS);
    double median = memory.norms.quantile(0.5);
    memory.norms.add(norm);
    return isKnown && median > 0 && norm > arguments.get(FACTOR) * median
        ? String.format(
            Locale.ROOT, "the norm of the gradient was %.4g, and its median %.4g", norm, median)
        : null;
  }

  /** Makes the fields that serialization leaves out. */
  private Object readResolve() {
    return new SkipIfNormAbove(arguments);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
