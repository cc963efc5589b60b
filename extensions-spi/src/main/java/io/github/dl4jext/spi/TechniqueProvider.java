package io.github.dl4jext.spi;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Lets a {@link Technique} be found by name. A provider is nested in the class that it makes, with
 * a constructor of one line:
 *
 * <pre>{@code
 * @AutoService(Plugin.class)
 * public static final class Provider extends TechniqueProvider<IActivation> {
 *   public Provider() {
 *     super(TECHNIQUE);
 *   }
 * }
 * }</pre>
 *
 * @param <T> the kind of thing made
 */
public abstract class TechniqueProvider<T> implements Plugin<T> {

  private final Technique<T> technique;

  /**
   * Takes the declaration.
   *
   * @param technique the technique that is found
   * @throws NullPointerException if it does not state its source
   */
  protected TechniqueProvider(Technique<T> technique) {
    technique.reference(); // throws an exception if there is none
    this.technique = technique;
  }

  @Override
  public final Class<T> kind() {
    return technique.kind();
  }

  @Override
  public final String name() {
    return technique.name();
  }

  @Override
  public final List<String> aliases() {
    return technique.aliases();
  }

  @Override
  public final Map<String, ?> argumentsOf(String alias) {
    return technique.argumentsOf(alias);
  }

  @Override
  public final String summary() {
    return technique.summary();
  }

  @Override
  public final URI reference() {
    return technique.reference();
  }

  @Override
  public final List<Parameter<?>> parameters() {
    return technique.parameters();
  }

  @Override
  public final T create(Arguments arguments) {
    return technique.create(arguments);
  }
}
