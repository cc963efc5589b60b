package io.github.dl4jext.spi;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A technique that is found by name: what it is called, what it takes, and how to make it.
 *
 * <p>A provider is a public class with a public constructor without arguments, annotated with
 * {@code @AutoService(Plugin.class)} and nested in the class that it makes. {@link Plugins} finds
 * it by {@link java.util.ServiceLoader}; no list is edited. Methods are called from several threads
 * and must always give the same answer.
 *
 * @param <T> the kind of thing made, which is an interface or base class of DL4J, or of this
 *     library
 */
public interface Plugin<T> {

  /**
   * The type that this plugin makes, such as {@code IActivation.class}. Names are unique within a
   * kind.
   *
   * @return the kind, never null
   */
  Class<T> kind();

  /**
   * The name used in the literature, in snake_case: {@code hard_swish}. Look-up ignores case,
   * {@code -} and {@code _}. A name is never given to another technique later, because users' files
   * contain it.
   *
   * @return a name of letters, digits and {@code _} that starts with a letter
   */
  String name();

  /**
   * Other names under which the plugin is found.
   *
   * @return the aliases, none unless overridden
   */
  default List<String> aliases() {
    return List.of();
  }

  /**
   * The arguments that an alias stands for: the alias {@code gelu_tanh} of {@code gelu} means
   * {@code approximation=tanh}.
   *
   * @param alias one of {@link #aliases()}
   * @return values by parameter name, none unless overridden
   */
  default Map<String, ?> argumentsOf(String alias) {
    return Map.of();
  }

  /**
   * One sentence that says what the technique does.
   *
   * @return a line of text without a line break
   */
  String summary();

  /**
   * Where the technique comes from, the paper if there is one.
   *
   * @return an absolute URI
   */
  URI reference();

  /**
   * What {@link #create} takes, in the order of documentation.
   *
   * @return the parameters, none unless overridden
   */
  default List<Parameter<?>> parameters() {
    return List.of();
  }

  /**
   * Makes the technique.
   *
   * @param arguments a value for each of {@link #parameters()}, converted and within its range
   * @return a new instance, never null
   */
  T create(Arguments arguments);
}
