package io.github.dl4jext.spi;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Declares a technique once: its name, its parameters with their defaults and ranges, where it
 * comes from and how it is made. The catalogue, specs, the checks of the constructor and the
 * provider all read this declaration.
 *
 * <pre>{@code
 * @FieldsInJson
 * public record Elu(double alpha) implements IActivation {
 *
 *   public static final Parameter<Double> ALPHA =
 *       Parameter.number("alpha").in("(0, inf)").orElse(1).doc("limit below zero, negated");
 *
 *   private static final Technique<IActivation> TECHNIQUE =
 *       Technique.of(IActivation.class, "elu")
 *           .summary("x, or alpha (exp(x) - 1) below zero")
 *           .from("https://arxiv.org/abs/1511.07289")
 *           .taking(ALPHA)
 *           .madeBy(a -> new Elu(a.get(ALPHA)));
 *
 *   public Elu {
 *     TECHNIQUE.check(ALPHA, alpha).done();
 *   }
 *
 *   @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
 *   static Elu read(Arguments json) {
 *     return (Elu) TECHNIQUE.restore(json);
 *   }
 *
 *   @AutoService(Plugin.class)
 *   public static final class Provider extends TechniqueProvider<IActivation> {
 *     public Provider() {
 *       super(TECHNIQUE);
 *     }
 *   }
 * }
 * }</pre>
 *
 * @param <T> the kind of thing made, which is an interface or base class of DL4J, or of this
 *     library
 */
public final class Technique<T> implements Plugin<T> {

  private final Declaration<T> declared;
  private final List<Parameter<?>> parameters;
  private final @Nullable URI reference;
  private final Function<Arguments, ? extends T> making;

  private Technique(Declaration<T> declared, Function<Arguments, ? extends T> making) {
    this.reference = declared.reference;
    this.declared = declared;
    this.parameters = List.copyOf(declared.parameters);
    this.making = making;
  }

  /**
   * Starts the declaration of a technique.
   *
   * @param kind what it is, such as {@code IActivation.class}
   * @param name its name in snake_case, by which it is found
   * @param <T> the kind
   * @return a declaration that {@link Declaration#madeBy} completes
   */
  public static <T> Declaration<T> of(Class<T> kind, String name) {
    return new Declaration<>(kind, name);
  }

  /**
   * Starts the declaration of a part of this technique, such as an optimizer's updater, which is
   * stored separately. Name, summary and source are those of this technique.
   *
   * @param kind what the part is
   * @param taken the parameters of the part
   * @param <P> the kind
   * @return a declaration that {@link Declaration#madeBy} completes
   */
  public <P> Declaration<P> part(Class<P> kind, Parameter<?>... taken) {
    Declaration<P> part = of(kind, name()).summary(summary()).taking(taken);
    part.reference = reference;
    return part;
  }

  /**
   * Checks the value of a parameter against its type and range.
   *
   * @param parameter the parameter
   * @param value the value; null is a problem
   * @param <V> the parameter's type
   * @return the checks, to be followed by others and by {@link Checks#done()}
   */
  public <V> Checks check(Parameter<V> parameter, V value) {
    return checks().check(parameter, value);
  }

  /**
   * Starts checks whose messages name this technique.
   *
   * @return checks without a problem so far
   */
  public Checks checks() {
    return Checks.of(name());
  }

  /**
   * Completes arguments: converts them, checks them and fills in the defaults. Arguments that this
   * technique has read before are returned as they are.
   *
   * @param given some of the values
   * @return a value for each parameter
   * @throws InvalidArgumentException if one is missing, unknown, of another type or out of range;
   *     it lists all of them
   */
  public Arguments read(Arguments given) {
    return given.readBy(this, Plugins.installed());
  }

  /**
   * All the defaults.
   *
   * @return a value for each parameter
   * @throws InvalidArgumentException if a parameter has no default
   */
  public Arguments defaults() {
    return read(Arguments.none());
  }

  /**
   * Makes the technique from its JSON, if it is stored field by field, as records are:
   *
   * <pre>{@code
   * @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
   * static Elu read(Arguments json) {
   *   return (Elu) TECHNIQUE.restore(json);
   * }
   * }</pre>
   *
   * @param json a value for each parameter, including the optional ones
   * @return a new instance
   * @throws InvalidArgumentException if one is missing, unknown, of another type or out of range;
   *     it lists all of them
   */
  public T restore(Arguments json) {
    return create(json.whole());
  }

  @Override
  public T create(Arguments arguments) {
    return making.apply(read(arguments));
  }

  @Override
  public Class<T> kind() {
    return declared.kind;
  }

  @Override
  public String name() {
    return declared.name;
  }

  @Override
  public List<String> aliases() {
    return List.copyOf(declared.aliases.keySet());
  }

  @Override
  public Map<String, ?> argumentsOf(String alias) {
    return declared.aliases.getOrDefault(alias, Map.of());
  }

  @Override
  public String summary() {
    return declared.summary;
  }

  @Override
  public URI reference() {
    return Objects.requireNonNull(reference, () -> name() + " needs a source");
  }

  @Override
  public List<Parameter<?>> parameters() {
    return parameters;
  }

  @Override
  public String toString() {
    return name() + parameters;
  }

  /**
   * A technique whose declaration is not complete.
   *
   * @param <T> the kind of thing made
   */
  public static final class Declaration<T> {

    private final Class<T> kind;
    private final String name;
    private final Map<String, Map<String, ?>> aliases = new LinkedHashMap<>();
    private final List<Parameter<?>> parameters = new ArrayList<>();
    private String summary = "";
    private @Nullable URI reference;

    private Declaration(Class<T> kind, String name) {
      this.kind = Objects.requireNonNull(kind, "a technique needs a kind");
      this.name = Objects.requireNonNull(name, "a technique needs a name");
    }

    /**
     * States what the technique does.
     *
     * @param line one line of text
     * @return this
     */
    public Declaration<T> summary(String line) {
      summary = line;
      return this;
    }

    /**
     * States where the technique comes from.
     *
     * @param source the absolute URI of the paper, if there is one
     * @return this
     */
    public Declaration<T> from(String source) {
      reference = URI.create(source);
      return this;
    }

    /**
     * States other names under which the technique is found.
     *
     * @param names the aliases
     * @return this
     */
    public Declaration<T> alsoNamed(String... names) {
      for (String alias : names) {
        aliases.put(alias, Map.of());
      }
      return this;
    }

    /**
     * States another name that stands for an argument: {@code gelu_tanh} of {@code gelu} is {@code
     * approximation=tanh}.
     *
     * @param alias the other name
     * @param parameter the parameter that it fixes
     * @param value the value that it stands for
     * @param <V> the parameter's type
     * @return this
     */
    public <V> Declaration<T> alsoNamed(String alias, Parameter<V> parameter, V value) {
      aliases.put(alias, Map.of(parameter.name(), value));
      return this;
    }

    /**
     * States the parameters.
     *
     * @param taken the parameters in the order of documentation
     * @return this
     */
    public Declaration<T> taking(Parameter<?>... taken) {
      parameters.addAll(List.of(taken));
      return this;
    }

    /**
     * Completes the declaration.
     *
     * @param making makes the technique from a value for each of its parameters
     * @return the technique
     */
    public Technique<T> madeBy(Function<Arguments, ? extends T> making) {
      return new Technique<>(this, making);
    }
  }
}
