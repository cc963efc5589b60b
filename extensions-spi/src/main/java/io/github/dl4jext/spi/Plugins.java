package io.github.dl4jext.spi;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;

/**
 * The catalogue of the plugins on a class path, and the way to make things by name.
 *
 * <pre>{@code
 * Plugins plugins = Plugins.installed();
 * IActivation mish = plugins.create(IActivation.class, "mish");
 * IActivation swish = plugins.create(IActivation.class, "swish(beta=1.5)");
 * IActivation elu = plugins.create(IActivation.class, "elu", Map.of("alpha", 0.5));
 * }</pre>
 *
 * <p><b>Spec.</b> A name, and in brackets the arguments by name: {@code name(key=value, list=[1, 2,
 * 3], text=tanh, quoted='a, b', flag=true)}. A value may be a spec itself: {@code
 * warmup(after=cosine(initialRate=0.1, totalSteps=100), warmupSteps=10)}. Arguments left out take
 * their defaults.
 *
 * <p><b>Names.</b> Look-up ignores case, {@code -} and {@code _}: {@code GELU}, {@code leaky-relu}
 * and {@code LeakyReLU} are found. The same applies to parameters: {@code learning_rate} is {@code
 * learningRate}. If exactly one parameter is required, its value may come first without its name:
 * {@code dropout(0.2)}.
 *
 * <p><b>Bounds.</b> A spec has at most 100,000 characters and 50 levels, a number at most 1,100
 * characters, and a message at most 2,000.
 *
 * <p>Instances are immutable and may be shared by threads.
 */
public final class Plugins {

  /** The catalogue without a plugin. */
  static final Plugins NONE = new Plugins(List.of());

  private static final Map<ClassLoader, SoftReference<Plugins>> CACHE = new WeakHashMap<>();

  /** By kind, then by look-up key of the name or alias. */
  private final Map<Class<?>, Map<String, Plugin<?>>> index = new LinkedHashMap<>();

  private final List<Plugin<?>> all;

  private Plugins(List<Plugin<?>> found) {
    found.forEach(this::add);
    all =
        found.stream()
            .sorted(
                Comparator.comparing((Plugin<?> p) -> p.kind().getSimpleName())
                    .thenComparing(p -> p.kind().getName())
                    .thenComparing(Plugin::name))
            .toList();
  }

  /**
   * The plugins visible to the current thread's context class loader, merged with those visible to
   * the class loader of this class. They are loaded once per class loader.
   *
   * @return the catalogue, possibly empty
   * @throws PluginLoadException if a listed provider cannot be used
   * @throws DuplicatePluginException if two plugins of a kind share a name
   */
  public static Plugins installed() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return load(context != null ? context : Plugins.class.getClassLoader());
  }

  /**
   * The plugins visible to a class loader, merged with those visible to the class loader of this
   * class. They are loaded once per class loader.
   *
   * @param loader the class loader, such as one made for a folder of plugin jars
   * @return the catalogue, possibly empty
   * @throws PluginLoadException if a listed provider cannot be used
   * @throws DuplicatePluginException if two plugins of a kind share a name
   */
  public static Plugins load(ClassLoader loader) {
    Objects.requireNonNull(loader, "the class loader must not be null");
    synchronized (CACHE) {
      // Soft, because the plugins hold their class loader, which is the weak key.
      SoftReference<Plugins> known = CACHE.get(loader);
      Plugins plugins = known == null ? null : known.get();
      if (plugins == null) {
        plugins = new Plugins(Providers.of(loader));
        CACHE.put(loader, new SoftReference<>(plugins));
      }
      return plugins;
    }
  }

  /**
   * Makes a thing from a spec.
   *
   * @param kind the kind of thing
   * @param spec a name, with arguments if any, as the class comment describes
   * @param <T> the kind
   * @return a new instance
   * @throws MalformedSpecException if the spec does not follow the grammar
   * @throws UnknownPluginException if no plugin of the kind has the name
   * @throws InvalidArgumentException if arguments do not fit, listing every one that does not
   */
  public <T> T create(Class<T> kind, String spec) {
    Objects.requireNonNull(spec, "the spec must not be null");
    Spec parsed = Spec.parse(spec);
    return create(kind, parsed.name(), parsed.arguments());
  }

  /**
   * Makes a thing from a name and arguments.
   *
   * @param kind the kind of thing
   * @param name the plugin's name or alias
   * @param arguments values by parameter name: of the parameter's type, or text
   * @param <T> the kind
   * @return a new instance
   * @throws UnknownPluginException if no plugin of the kind has the name
   * @throws InvalidArgumentException if arguments do not fit, listing every one that does not
   */
  public <T> T create(Class<T> kind, String name, Map<String, ?> arguments) {
    Objects.requireNonNull(arguments, "the arguments must not be null, an empty map is fine");
    Plugin<T> plugin = get(kind, name);
    T made = plugin.create(Arguments.given(merge(plugin, name, arguments)).readBy(plugin, this));
    if (!kind.isInstance(made)) {
      throw new PluginLoadException(
          describe(plugin) + " must create " + kind.getName() + ", created " + Shown.value(made),
          null);
    }
    return made;
  }

  /**
   * The plugin of a name.
   *
   * @param kind the kind of thing that it makes
   * @param name the plugin's name or alias
   * @param <T> the kind
   * @return the plugin, never null
   * @throws UnknownPluginException if no plugin of the kind has the name
   */
  @SuppressWarnings("unchecked") // the index is by kind()
  public <T> Plugin<T> get(Class<T> kind, String name) {
    Objects.requireNonNull(kind, "the kind must not be null");
    Objects.requireNonNull(name, "the name must not be null");
    // no plugin has so long a name, and to convert it would take time
    String key = name.length() > SpecParser.MAX_LENGTH ? "" : Names.key(name);
    Plugin<?> plugin = index.getOrDefault(kind, Map.of()).get(key);
    if (plugin == null) {
      throw new UnknownPluginException(unknown(kind, name));
    }
    return (Plugin<T>) plugin;
  }

  /**
   * The plugins of a kind.
   *
   * @param kind the kind of thing that they make
   * @param <T> the kind
   * @return the plugins sorted by name; empty if there are none
   */
  @SuppressWarnings("unchecked") // filtered by kind()
  public <T> List<Plugin<T>> of(Class<T> kind) {
    Objects.requireNonNull(kind, "the kind must not be null");
    return all.stream()
        .filter(plugin -> plugin.kind() == kind)
        .map(plugin -> (Plugin<T>) plugin)
        .toList();
  }

  /**
   * All plugins.
   *
   * @return the plugins sorted by kind, then by name
   */
  public List<Plugin<?>> all() {
    return all;
  }

  private void add(Plugin<?> plugin) {
    Map<String, Plugin<?>> names = index.computeIfAbsent(plugin.kind(), kind -> new TreeMap<>());
    List<String> keys = new ArrayList<>(plugin.aliases());
    keys.add(plugin.name());
    for (String name : keys) {
      Plugin<?> other = names.putIfAbsent(Names.key(name), plugin);
      if (other != null && other != plugin) {
        throw new DuplicatePluginException(
            "two plugins make %s named \"%s\": %s and %s; remove one of the jars"
                .formatted(
                    Names.withArticle(plugin.kind()), name, describe(other), describe(plugin)));
      }
    }
  }

  private static Map<String, ?> merge(Plugin<?> plugin, String name, Map<String, ?> given) {
    String alias =
        plugin.aliases().stream()
            .filter(candidate -> Names.key(candidate).equals(Names.key(name)))
            .findFirst()
            .orElse(null);
    if (alias == null) {
      return given;
    }
    Map<String, ?> fixed = plugin.argumentsOf(alias);
    List<String> problems =
        fixed.keySet().stream()
            .flatMap(
                parameter ->
                    ArgumentsReading.find(parameter, given)
                        .map(
                            found ->
                                InvalidArgumentException.problem(
                                    plugin.name(),
                                    found.getKey(),
                                    "left out, as " + alias + " means " + fixed.get(parameter),
                                    Shown.value(found.getValue()))))
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidArgumentException(problems);
    }
    Map<String, Object> merged = new LinkedHashMap<>(fixed);
    merged.putAll(given);
    return merged;
  }

  private String unknown(Class<?> kind, String name) {
    Set<String> names = new TreeSet<>();
    Set<String> aliases = new TreeSet<>();
    for (Plugin<?> plugin : of(kind)) {
      names.add(plugin.name());
      aliases.addAll(plugin.aliases());
    }
    aliases.addAll(names);
    StringBuilder message =
        new StringBuilder("no ")
            .append(kind.getSimpleName())
            .append(" is named \"")
            .append(Shown.cut(Shown.oneLine(name), Shown.VALUE))
            .append('"');
    List<String> nearest = Names.nearest(name, aliases);
    message
        .append(
            nearest.isEmpty()
                ? "; all names: "
                : "; did you mean " + String.join(", ", nearest) + "? All names: ")
        .append(names.isEmpty() ? "none" : String.join(", ", names));
    message.append(Artifacts.advice(kind, all));
    return message.toString();
  }

  static String describe(Plugin<?> plugin) {
    return Providers.describe(plugin.getClass());
  }
}
