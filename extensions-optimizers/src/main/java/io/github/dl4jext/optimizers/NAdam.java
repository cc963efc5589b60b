package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * NAdam: {@link Adam} with Nesterov's look ahead, and a momentum that warms up.
 *
 * <p>Mostly a little faster than Adam.
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
 * <p><b>Form.</b> PyTorch up to 1.13 takes {@code P_(t+1)} as {@code P_t mu_t mu_(t+1)}, mu_t
 * twice, and keeps P in float; the golden values of the contract are made by it, so it is the
 * default. Dozat's paper, Keras and later versions of PyTorch take mu_t once. The first step is 0.7
 * % of the rate longer then; after ten steps the two cannot be told apart.
 *
 * <p><b>State.</b> 2 x parameters: M, V; with a scheduled beta1 3 x, since P cannot be computed
 * afresh then.
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
public final class NAdam extends AdamRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "nadam";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-8);
  private static final Parameter<Double> MOMENTUM_DECAY =
      Parameter.number("momentumDecay")
          .in("[0, inf)")
          .orElse(4e-3)
          .doc("how fast the momentum nears beta1: 0.004 as in PyTorch, 1 as in Keras");
  private static final Parameter<Form> FORM =
      Parameter.choice("form", Form.class)
          .orElse(Form.TORCH)
          .doc("whose product of momenta: PyTorch 1.13's or the paper's");

  private final double momentumDecay;
  private final Form form;

  /** The last product computed; shared by threads, which at worst compute it anew. */
  private transient volatile Product known;

  /** Takes the defaults. */
  public NAdam() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public NAdam(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public NAdam(ISchedule learningRate) {
    this(
        learningRate,
        Hyperparameters.standard(Hyperparameters.BETA1),
        Hyperparameters.standard(Hyperparameters.BETA2),
        EPSILON.defaultValue().orElseThrow(),
        MOMENTUM_DECAY.defaultValue().orElseThrow(),
        FORM.defaultValue().orElseThrow());
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @param beta1 decay of the mean gradient
   * @param beta2 decay of the mean squared gradient
   * @param epsilon addend to the denominator
   * @param momentumDecay speed at which the momentum nears beta1
   * @param form whose product of momenta is taken
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public NAdam(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate,
      @JsonProperty(value = "beta1", required = true) @NumberOrSchedule.Json ISchedule beta1,
      @JsonProperty(value = "beta2", required = true) @NumberOrSchedule.Json ISchedule beta2,
      @JsonProperty(value = "epsilon", required = true) double epsilon,
      @JsonProperty(value = "momentumDecay", required = true) double momentumDecay,
      @JsonProperty(value = "form", required = true) Form form) {
    super(learningRate, beta1, beta2, epsilon);
    check(NAME, LEARNING_RATE, learningRate, beta1, beta2, EPSILON, epsilon)
        .check(MOMENTUM_DECAY, momentumDecay)
        .check(FORM, form)
        .done();
    this.momentumDecay = momentumDecay;
    this.form = form;
  }

  /**
   * Starts with the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected List<String> stateNames() {
    return keepsProduct() ? List.of("M", "V", "P") : super.stateNames();
  }

  private boolean keepsProduct() {
    return !(beta1() instanceof FixedSchedule);
  }

  @Override
  protected void initialise(List<INDArray> state) {
    super.initialise(state);
    if (keepsProduct()) {
      state.get(2).assign(1);
    }
  }

  @Override
  protected void update(Step step) {
    double beta1 = beta1(step);
    double beta2 = beta2(step);
    double now = momentum(beta1, step.number());
    double next = momentum(beta1, step.number() + 1);
    double product = product(step, beta1, now);
    double rate = step.learningRate();
    INDArray gradient = step.gradient();
    INDArray mean = step.state(0);
    INDArray root = step.scratch(0);
    Vectors.average(mean, beta1, gradient);
    Vectors.averageOfSquares(step.state(1), beta2, gradient, root);
    Vectors.root(step.state(1), 1 / Math.sqrt(filled(beta2, step)), epsilon(), root);
    gradient.muli(rate * (1 - now) / (1 - product));
    Vectors.addScaled(gradient, rate * next / (1 - form.next(product, now, next)), mean);
    gradient.divi(root);
  }

  private double momentum(double beta1, long number) {
    return beta1 * (1 - 0.5 * Math.pow(0.96, number * momentumDecay));
  }

  /** The product of all momenta so far: from the last step's where that is known, else anew. */
  private double product(Step step, double beta1, double now) {
    if (keepsProduct()) {
      INDArray kept = step.state(2);
      kept.assign(form.times(kept.getDouble(0), now));
      return kept.getDouble(0);
    }
    Product last = known;
    if (last == null || last.number() > step.number() || last.beta1() != beta1) {
      last = new Product(beta1, 0, 1);
    }
    double product = last.value();
    for (long i = last.number() + 1; i <= step.number(); i++) {
      product = form.times(product, momentum(beta1, i));
    }
    known = new Product(beta1, step.number(), product);
    return product;
  }

  /** Whose product of momenta is taken. */
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

  @Override
  protected Parameter<ISchedule> learningRateParameter() {
    return LEARNING_RATE;
  }

  @Override
  protected String pluginName() {
    return NAME;
  }

  @Override
  protected Map<String, Object> hyperparameters() {
    Map<String, Object> all = super.hyperparameters();
    all.put("momentumDecay", momentumDecay);
    all.put("form", form.name().toLowerCase(Locale.ROOT));
    return all;
  }

  /** Builds {@link NAdam}. */
  public static final class Builder extends AdamBuilder<Builder> {

    private double momentumDecay = MOMENTUM_DECAY.defaultValue().orElseThrow();
    private Form form = FORM.defaultValue().orElseThrow();

    private Builder() {
      super(Hyperparameters.standard(LEARNING_RATE), EPSILON.defaultValue().orElseThrow());
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the speed at which the momentum nears beta1.
     *
     * @param value a number in the range
     * @return this
     */
    public Builder momentumDecay(double value) {
      momentumDecay = value;
      return this;
    }

    /**
     * Sets whose product of momenta is taken.
     *
     * @param value PyTorch's or the paper's
     * @return this
     */
    public Builder form(Form value) {
      form = value;
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public NAdam build() {
      return new NAdam(learningRate, beta1, beta2, epsilon, momentumDecay, form);
    }
  }

  /** Makes {@link NAdam} by the name {@code nadam}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "Adam with Nesterov's look ahead",
          "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ");
      parameters(
          LEARNING_RATE,
          Hyperparameters.BETA1,
          Hyperparameters.BETA2,
          EPSILON,
          MOMENTUM_DECAY,
          FORM);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new NAdam(
          arguments.get(LEARNING_RATE),
          arguments.get(Hyperparameters.BETA1),
          arguments.get(Hyperparameters.BETA2),
          arguments.get(EPSILON),
          arguments.get(MOMENTUM_DECAY),
          arguments.get(FORM));
    }
  }
}
