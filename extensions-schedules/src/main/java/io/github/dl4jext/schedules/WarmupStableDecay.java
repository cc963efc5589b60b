package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Warm-up, stable, decay (WSD): up in a straight line from 0 to r in w steps, r for s steps, then
 * down to e in d steps.
 *
 * <p>As good as {@link Cosine} on language models, and the length of the run need not be known when
 * it starts: from a checkpoint of the stable phase, training can continue in that phase or with the
 * decay.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>maxRate</td><td>(0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>w</td><td>warmupSteps</td><td>[0, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>s</td><td>stableSteps</td><td>[0, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>d</td><td>decaySteps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>e</td><td>finalRate</td><td>[0, maxRate]</td><td>0</td><td>rate</td></tr>
 * <tr><td>-</td><td>decayShape</td><td>linear, cosine, sqrt</td><td>cosine</td><td>-</td></tr>
 * </table>
 *
 * <p><b>Formula.</b> With x the share of the decay that is done, the rate has covered this share of
 * the way from r to e: x if {@code linear}, {@code (1 - cos(pi x)) / 2} if {@code cosine}, {@code
 * sqrt(x)} if {@code sqrt}.
 *
 * <p><b>At the boundaries.</b> 0 at step 0, r at steps w to w + s, e from step w + s + d on. With w
 * 0 it is r at step 0.
 *
 * <p><b>Edges.</b> The very first step changes nothing, see {@link Warmup}.
 *
 * <p><b>Check.</b> {@code new WarmupStableDecay(0.1, 100, 800, 100)}: 0.05 at step 50, 0.1 at steps
 * 100 to 900, 0.05 at step 950, 0 from 1000 on.
 *
 * <p><b>Departs from Hugging Face.</b> {@code get_wsd_schedule} has the final rate as {@code
 * min_lr_ratio}, and begins its warm-up there; here it begins at 0. {@code sqrt} is its {@code
 * 1-sqrt}.
 *
 * @param maxRate the rate of the stable phase
 * @param warmupSteps steps until the stable phase
 * @param stableSteps steps of the stable phase
 * @param decaySteps steps from its end to the final rate
 * @param finalRate the rate after the decay
 * @param decayShape how the rate falls
 * @see <a href="https://arxiv.org/abs/2404.06395">Hu et al. (2024), section 4</a>
 * @see <a href="https://arxiv.org/abs/2405.18392">Hägele et al. (2024), the shapes</a>
 */
@FieldsInJson
public record WarmupStableDecay(
    double maxRate,
    int warmupSteps,
    int stableSteps,
    int decaySteps,
    double finalRate,
    DecayShape decayShape)
    implements ISchedule {

  public static final Parameter<Double> MAX_RATE =
      Parameter.number("maxRate").in("(0, inf)").doc("the rate of the stable phase");
  public static final Parameter<Integer> WARMUP_STEPS =
      Parameter.integer("warmupSteps").in("[0, inf)").doc("steps until the stable phase");
  public static final Parameter<Integer> STABLE_STEPS =
      Parameter.integer("stableSteps").in("[0, inf)").doc("steps of the stable phase");
  public static final Parameter<Integer> DECAY_STEPS =
      Parameter.integer("decaySteps").in("[1, inf)").doc("steps from its end to the final rate");
  public static final Parameter<Double> FINAL_RATE =
      Parameter.number("finalRate").in("[0, inf)").orElse(0).doc("the rate after the decay");
  public static final Parameter<DecayShape> DECAY_SHAPE =
      Parameter.choice("decayShape", DecayShape.class)
          .orElse(DecayShape.COSINE)
          .doc("how the rate falls");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "warmup_stable_decay")
          .summary("Rises in a straight line, stays stable for long, then falls")
          .from("https://arxiv.org/abs/2404.06395")
          .alsoNamed("wsd")
          .taking(MAX_RATE, WARMUP_STEPS, STABLE_STEPS, DECAY_STEPS, FINAL_RATE, DECAY_SHAPE)
          .madeBy(
              a ->
                  new WarmupStableDecay(
                      a.get(MAX_RATE),
                      a.get(WARMUP_STEPS),
                      a.get(STABLE_STEPS),
                      a.get(DECAY_STEPS),
                      a.get(FINAL_RATE),
                      a.get(DECAY_SHAPE)));

  /** How the rate falls in the end. */
  public enum DecayShape {
    /** In a straight line. */
    LINEAR,
    /** Along half a wave, flat at both ends. */
    COSINE,
    /** As one minus the square root, which falls fast at first. */
    SQRT
  }

  public WarmupStableDecay {
    TECHNIQUE
        .check(MAX_RATE, maxRate)
        .check(WARMUP_STEPS, warmupSteps)
        .check(STABLE_STEPS, stableSteps)
        .check(DECAY_STEPS, decaySteps)
        .check(FINAL_RATE, finalRate)
        .check(DECAY_SHAPE, decayShape)
        .that(
            !(finalRate > maxRate), "finalRate", "at most maxRate, which is " + maxRate, finalRate)
        .done();
  }

  /**
   * Falls to 0 along a cosine.
   *
   * @param maxRate the rate of the stable phase
   * @param warmupSteps steps until the stable phase
   * @param stableSteps steps of the stable phase
   * @param decaySteps steps from its end until the rate is 0
   */
  public WarmupStableDecay(double maxRate, int warmupSteps, int stableSteps, int decaySteps) {
    this(maxRate, warmupSteps, stableSteps, decaySteps, 0, DecayShape.COSINE);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    if (iteration < warmupSteps) {
      return Interpolation.linear(0, maxRate, (double) iteration / warmupSteps);
    }
    long decayed = (long) iteration - warmupSteps - stableSteps;
    if (decayed <= 0) {
      return maxRate;
    }
    if (decayed >= decaySteps) {
      return finalRate;
    }
    double share = (double) decayed / decaySteps;
    return switch (decayShape) {
      case LINEAR -> Interpolation.linear(maxRate, finalRate, share);
      case COSINE -> Interpolation.cosine(maxRate, finalRate, share);
      case SQRT -> Interpolation.linear(maxRate, finalRate, Math.sqrt(share));
    };
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static WarmupStableDecay read(Arguments json) {
    return (WarmupStableDecay) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
