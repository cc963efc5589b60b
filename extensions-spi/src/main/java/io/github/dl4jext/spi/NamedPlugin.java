package io.github.dl4jext.spi;

import java.net.URI;
import java.util.List;

/**
 * A plugin that states what it is in its constructor, which leaves {@link #create} to write:
 *
 * <pre>{@code
 * @AutoService(Plugin.class)
 * public static final class Provider extends NamedPlugin<IActivation> {
 *   public Provider() {
 *     super(IActivation.class, "swish", "x sigmoid(beta x)", "https://arxiv.org/abs/1710.05941");
 *     aliases("silu");
 *     parameters(BETA);
 *   }
 *
 *   @Override
 *   public IActivation create(Arguments arguments) {
 *     return new Swish(arguments.get(BETA));
 *   }
 * }
 * }</pre>
 *
 * @param <T> the kind of thing made
 */
public abstract class NamedPlugin<T> implements Plugin<T> {

  private final Class<T> kind;
  private final String name;
  private final String summary;
  private final URI reference;
  private List<String> aliases = List.of();
  private List<Parameter<?>> parameters = List.of();

  /**
   * States what the plugin is.
   *
   * @param kind DL4J's type that it makes
   * @param name its name in snake_case
   * @param summary one sentence that says what it does
   * @param reference where it comes from, an absolute URI
   */
  protected NamedPlugin(Class<T> kind, String name, String summary, String reference) {
    this.kind = kind;
    this.name = name;
    this.summary = summary;
    this.reference = URI.create(reference);
  }

  /**
   * States other names; to be called in the constructor.
   *
   * @param names the aliases
   */
  protected final void aliases(String... names) {
    aliases = List.of(names);
  }

  /**
   * States the parameters; to be called in the constructor.
   *
   * @param taken the parameters in the order of documentation
   */
  protected final void parameters(Parameter<?>... taken) {
    parameters = List.of(taken);
  }

  @Override
  public final Class<T> kind() {
    return kind;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<String> aliases() {
    return aliases;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final URI reference() {
    return reference;
  }

  @Override
  public final List<Parameter<?>> parameters() {
    return parameters;
  }
}
