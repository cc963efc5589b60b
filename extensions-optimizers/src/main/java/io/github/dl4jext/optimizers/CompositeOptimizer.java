package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.spi.Technique;
import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Makes an optimizer from an updater and from terms that see the parameters.
 *
 * @param <R> the subclass
 */
abstract class CompositeOptimizer<R extends CompositeOptimizer<R>> implements Optimizer {

  private static final String CHOSEN_WITHIN =
      "chosen for the optimizer that this one wraps, whose decay it is";

  private final Technique<Optimizer> technique;
  private final Arguments arguments;
  private ParameterFilter filter = ParameterFilter.weights();

  CompositeOptimizer(Technique<Optimizer> technique, Arguments given) {
    this.technique = technique;
    this.arguments = technique.read(given);
  }

  final Arguments arguments() {
    return arguments;
  }

  /**
   * The value of a parameter.
   *
   * @param parameter one of the technique's
   * @param <V> its type
   * @return the value; of a rate, the schedule
   */
  public final <V> V get(Parameter<V> parameter) {
    return arguments.get(parameter);
  }

  /**
   * Takes another value for a parameter.
   *
   * @param parameter one of the technique's
   * @param value its value
   * @param <V> its type
   * @return a copy with this value
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it cannot take the value
   */
  public final <V> R with(Parameter<V> parameter, V value) {
    return remade(arguments.with(parameter, value), filter);
  }

  /**
   * Takes another number for a parameter that may be scheduled.
   *
   * @param parameter one of the technique's
   * @param value its value, at all steps
   * @return a copy with this value
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it cannot take the value
   */
  public final R with(Parameter<ISchedule> parameter, double value) {
    return remade(arguments.with(parameter, value), filter);
  }

  /**
   * Chooses which parameters decay and are scaled, in place of {@link ParameterFilter#weights()}.
   *
   * @param chosen chooses the parameters
   * @return a copy with this choice
   * @throws io.github.dl4jext.spi.InvalidArgumentException if this optimizer wraps another, whose
   *     parameters are to be chosen instead
   */
  public final R decaying(ParameterFilter chosen) {
    technique
        .checks()
        .that(chosen != null, "decaying", "a filter of parameters", chosen)
        .that(owner() == this, "decaying", CHOSEN_WITHIN, chosen)
        .done();
    return remade(arguments, chosen);
  }

  /**
   * Chooses the layers whose weights decay and are scaled.
   *
   * @param layers the layers, of which {@link ParameterFilter#weights()} are chosen
   * @return a copy with this choice
   */
  public final R decaying(LayerSelector layers) {
    return decaying(layers, ParameterFilter.weights());
  }

  /**
   * Chooses which parameters of which layers decay and are scaled.
   *
   * @param layers the layers
   * @param within chooses among the parameters of each
   * @return a copy with this choice
   */
  public final R decaying(LayerSelector layers, ParameterFilter within) {
    technique
        .checks()
        .that(layers != null, "decaying", "a selector of layers", layers)
        .that(within != null, "decaying", "a filter of parameters", within)
        .that(owner() == this, "decaying", CHOSEN_WITHIN, layers)
        .done();
    return remade(arguments, new ParametersOfLayers(layers, within));
  }

  @SuppressWarnings("unchecked") // the technique makes what it was declared by
  private R remade(Arguments given, ParameterFilter chosen) {
    R made = (R) technique.create(given);
    ((CompositeOptimizer<?>) made).filter = chosen;
    return made;
  }

  /** The optimizer that has the terms: this one, or the one within it. */
  Optimizer owner() {
    return this;
  }

  @Override
  public final ParameterFilter termsActOn() {
    return owner() == this ? filter : owner().termsActOn();
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof CompositeOptimizer<?> that
        && that.getClass() == getClass()
        && that.arguments.equals(arguments)
        && that.termsActOn().equals(termsActOn());
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), arguments, termsActOn());
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + arguments;
  }
}
