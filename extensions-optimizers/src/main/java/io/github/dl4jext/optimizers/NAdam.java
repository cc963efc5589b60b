package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * NAdam: {@link Adam} with Nesterov's look ahead, and a momentum that warms up.
 *
 * <p>It is usually a little faster than Adam.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * <tr><td>psi</td><td>momentumDecay</td><td>[0, inf)</td><td>0.004</td><td>per step</td></tr>
 * <tr><td></td><td>form</td><td>torch, paper</td><td>torch</td><td></td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> m and v as Adam's, {@code mu_t = beta1 (1 - 0.96^(t psi) / 2)},
 * {@code P_t = mu_1 ... mu_t}, {@code w -= eta (mu_(t+1) m / (1 - P_(t+1)) + (1 - mu_t) g / (1 -
 * P_t)) / (sqrt(vhat) + epsilon)}. Psi 0.004 is PyTorch's (whose learning rate defaults to 0.002),
 * psi 1 with the form {@code paper} is Keras's. Psi 0 halves beta1 for good.
 *
 * <p><b>Form.</b> PyTorch up to 1.13 takes {@code P_(t+1)} as {@code P_t mu_t mu_(t+1)}, which has
 * mu_t twice, and keeps P in float. The contract's golden values come from this version, so its
 * form is the default. Dozat's paper, Keras and later versions of PyTorch take mu_t once. Their
 * first step is longer by 0.7 % of the rate; after ten steps the two forms cannot be told apart.
 *
 * <p><b>State.</b> 2 x parameters: M, V; with a scheduled beta1 3 x, since P cannot then be
 * computed again from t alone.
 *
 * <p><b>Edges.</b> As Adam's.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.998950469 and
 * 0.997992273.
 *
 * <p><b>Departs from DL4J.</b> DL4J's {@code Nadam} does not correct v: its first step is 31 to 60
 * times too large.
 *
 * @see <a href="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ">Dozat (2016)</a>
 */
public final class NAdam extends AdamRule<NAdam> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;
  public static final Parameter<Double> MOMENTUM_DECAY =
      Parameter.number("momentumDecay")
          .in("[0, inf)")
          .orElse(4e-3)
          .doc("how fast the momentum approaches beta1: 0.004 as in PyTorch, 1 as in Keras");
  public static final Parameter<Form> FORM =
      Parameter.choice("form", Form.class)
          .orElse(Form.TORCH)
          .doc("whose product of momenta: PyTorch 1.13's or the paper's");

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "nadam")
          .summary("Adam with Nesterov's look ahead")
          .from("https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON, MOMENTUM_DECAY, FORM)
          .madeBy(NAdam::new);

  /** The last product computed; shared by threads, which at worst compute it again. */
  private transient volatile @Nullable Product known;

  /** Takes the defaults. */
  public NAdam() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public NAdam(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public NAdam(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  NAdam(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return keepsProduct() ? List.of("M", "V", "P") : super.stateNames();
  }

  private boolean keepsProduct() {
    return !(get(BETA1) instanceof FixedSchedule);
  }

  @Override
  protected void initialise(List<INDArray> state) {
    super.initialise(state);
    if (keepsProduct()) {
      state.get(2).assign(1);
    }
  }

  @Override
  protected void update(UpdateContext t) {
    double beta1 = rounded(t, BETA1);
    double beta2 = rounded(t, BETA2);
    double now = momentum(t, beta1, t.number());
    double next = momentum(t, beta1, t.number() + 1);
    double product = product(t, beta1, now);
    double rate = t.learningRate();
    double ofGradient = rate * (1 - now) / (1 - product);
    double ofMean = rate * next / (1 - t.get(FORM).next(product, now, next));
    double ofRoot = 1 / Math.sqrt(t.biasCorrection(beta2));
    double epsilon = t.get(EPSILON);
    INDArray gradient = t.gradient();
    INDArray mean = t.state(0);
    if (FloatLoop.fits(gradient)) {
      FloatLoop.run(
          t,
          2,
          step(beta1, beta2, (float) ofGradient, (float) ofMean, (float) ofRoot, (float) epsilon));
      return;
    }
    INDArray root = t.scratch(0);
    Vectors.average(mean, beta1, gradient);
    Vectors.averageOfSquares(t.state(1), beta2, gradient, root);
    Vectors.root(t.state(1), ofRoot, epsilon, root);
    gradient.muli(ofGradient);
    Vectors.addScaled(gradient, ofMean, mean);
    gradient.divi(root);
  }

  @Override
  boolean loopsOverFloats() {
    return true;
  }

  private static FloatLoop.Step step(
      double beta1, double beta2, float ofGradient, float ofMean, float ofRoot, float epsilon) {
    float keep = (float) beta1;
    float take = (float) (1 - beta1);
    float keepSquares = (float) beta2;
    float takeSquares = (float) (1 - beta2);
    return (gradient, state, count) -> {
      float[] mean = state[0];
      float[] squares = state[1];
      for (int i = 0; i < count; i++) {
        float g = gradient[i];
        float m = keep * mean[i] + take * g;
        float v = keepSquares * squares[i] + takeSquares * (g * g);
        mean[i] = m;
        squares[i] = v;
        gradient[i] = (ofGradient * g + ofMean * m) / ((float) Math.sqrt(v) * ofRoot + epsilon);
      }
    };
  }

  private static double momentum(UpdateContext t, double beta1, long number) {
    return beta1 * (1 - 0.5 * Math.pow(0.96, number * t.get(MOMENTUM_DECAY)));
  }

  /**
   * The product of all momenta so far, computed from the last step's if that is known, else from
   * the first step on.
   */
  private double product(UpdateContext t, double beta1, double now) {
    if (keepsProduct()) {
      INDArray kept = t.state(2);
      kept.assign(t.get(FORM).times(kept.getDouble(0), now));
      return kept.getDouble(0);
    }
    Product last = known;
    if (last == null || last.number() > t.number() || last.beta1() != beta1) {
      last = new Product(beta1, 0, 1);
    }
    double product = last.value();
    for (long i = last.number() + 1; i <= t.number(); i++) {
      product = t.get(FORM).times(product, momentum(t, beta1, i));
    }
    known = new Product(beta1, t.number(), product);
    return product;
  }

  /** The form of the product of momenta. */
  public enum Form {
    /** PyTorch's, up to 1.13: mu_t twice in P_(t+1), and all of it in float. */
    TORCH {
      @Override
      double times(double product, double momentum) {
        return (float) product * (float) momentum;
      }

      @Override
      double next(double product, double now, double next) {
        return times(times(product, now), next);
      }
    },
    /** The paper's, which is also Keras's. */
    PAPER {
      @Override
      double times(double product, double momentum) {
        return product * momentum;
      }

      @Override
      double next(double product, double now, double next) {
        return times(product, next);
      }
    };

    abstract double times(double product, double momentum);

    abstract double next(double product, double now, double next);
  }

  private record Product(double beta1, long number, double value) {}

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
