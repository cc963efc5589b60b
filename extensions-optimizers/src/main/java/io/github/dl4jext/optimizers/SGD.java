package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

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
public final class SGD extends UpdateRule<SGD> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.LEARNING_RATE;

  /** Up to so many numbers a loop takes less time than the call of a native operation. */
  private static final int FEW = 1 << 15;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "sgd")
          .summary("stochastic gradient descent: the gradient times the learning rate")
          .from("https://doi.org/10.1214/aoms/1177729586")
          .taking(LEARNING_RATE)
          .madeBy(SGD::new);

  /**
   * Takes the learning rate.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public SGD(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate.
   *
   * @param learningRate size of a step, by schedule
   */
  public SGD(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  SGD(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return List.of();
  }

  @Override
  protected void update(UpdateContext t) {
    INDArray gradient = t.gradient();
    if (gradient.length() <= FEW && FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 0, step((float) t.learningRate()));
    } else {
      gradient.muli(t.learningRate());
    }
  }

  private static FloatLoop.Step step(float rate) {
    return (gradient, state, count) -> {
      for (int i = 0; i < count; i++) {
        gradient[i] *= rate;
      }
    };
  }

  @Override
  protected long chunkLength() {
    return Long.MAX_VALUE;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
