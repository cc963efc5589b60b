package io.github.dl4jext.spi;

import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/** Loads providers, and turns whatever goes wrong into an exception that names the provider. */
final class Providers {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  private Providers() {}

  /**
   * The plugins of the given loader and of our own, since Spark's executors and fat jars see them
   * through only one of the two.
   */
  static List<Plugin<?>> of(ClassLoader loader) {
    Map<String, Plugin<?>> byClass = new LinkedHashMap<>();
    for (ClassLoader each : List.of(loader, ownLoader())) {
      for (Plugin<?> plugin : load(each)) {
        byClass.putIfAbsent(plugin.getClass().getName(), plugin);
      }
    }
    List<Plugin<?>> plugins = List.copyOf(byClass.values());
    Artifacts.requireOneVersion(loader, plugins);
    return plugins;
  }

  private static ClassLoader ownLoader() {
    ClassLoader own = Plugin.class.getClassLoader();
    return own != null ? own : ClassLoader.getSystemClassLoader();
  }

  @SuppressWarnings("rawtypes") // a service type has no type arguments
  private static Collection<Plugin<?>> load(ClassLoader loader) {
    List<Plugin<?>> plugins = new ArrayList<>();
    Iterator<ServiceLoader.Provider<Plugin>> providers;
    try {
      providers = ServiceLoader.load(Plugin.class, loader).stream().iterator();
      while (providers.hasNext()) {
        plugins.add(make(providers.next()));
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new PluginLoadException("a plugin could not be loaded: " + reason(e), e);
    }
    return plugins;
  }

  @SuppressWarnings("rawtypes")
  private static Plugin<?> make(ServiceLoader.Provider<Plugin> provider) {
    Plugin<?> plugin;
    try {
      plugin = provider.get();
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new PluginLoadException(
          "the plugin " + describe(provider.type()) + " could not be made: " + reason(e), e);
    }
    check(plugin);
    return plugin;
  }

  /** Reads everything that the catalogue relies on once, so that a fault can be named here. */
  private static void check(Plugin<?> plugin) {
    String problem;
    try {
      if (plugin.kind() == null) {
        problem = "kind() must not be null";
      } else if (plugin.name() == null || !NAME.matcher(plugin.name()).matches()) {
        problem = "name() must be letters, digits and _, was " + Shown.value(plugin.name());
      } else if (plugin.aliases() == null
          || !plugin.aliases().stream().allMatch(alias -> NAME.matcher(alias).matches())) {
        problem = "aliases() must be letters, digits and _, was " + plugin.aliases();
      } else if (plugin.parameters() == null
          || plugin.parameters().stream().map(Parameter::name).distinct().count()
              < plugin.parameters().size()) {
        problem = "parameters() must have different names, was " + plugin.parameters();
      } else {
        return;
      }
    } catch (RuntimeException | LinkageError e) {
      throw new PluginLoadException(
          "the plugin " + describe(plugin.getClass()) + " could not be read: " + reason(e), e);
    }
    throw new PluginLoadException(
        "the plugin " + describe(plugin.getClass()) + " breaks the contract: " + problem, null);
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == e ? e.toString() : e.getMessage() + ", because of " + root;
  }

  static String describe(Class<?> provider) {
    CodeSource source = provider.getProtectionDomain().getCodeSource();
    return provider.getName()
        + (source == null || source.getLocation() == null ? "" : " in " + source.getLocation());
  }
}
