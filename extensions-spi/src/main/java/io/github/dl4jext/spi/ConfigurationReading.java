package io.github.dl4jext.spi;

import java.io.IOException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * Reads configurations in such a way that DL4J finds the classes of plugins. DL4J asks the thread's
 * context class loader for them, which may not know them where plugins have a class loader of their
 * own: in an application server, in a notebook, or in a folder of jars.
 */
public final class ConfigurationReading {

  /**
   * Something that reads.
   *
   * @param <T> the type of what it reads
   */
  @FunctionalInterface
  public interface Reading<T> {

    /**
     * Reads.
     *
     * @return what was read
     * @throws IOException if it cannot be read
     */
    T read() throws IOException;
  }

  private ConfigurationReading() {}

  /**
   * Reads something that names classes of plugins. If the thread's context class loader does not
   * know this library, the library's own class loader takes its place during the reading.
   *
   * @param reading does the reading
   * @param <T> the type of what it reads
   * @return what was read
   * @throws IOException if it cannot be read
   */
  public static <T> T withPlugins(Reading<T> reading) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    if (knowsUs(context)) {
      return reading.read();
    }
    thread.setContextClassLoader(ConfigurationReading.class.getClassLoader());
    try {
      return reading.read();
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  /**
   * Copies a configuration by way of its JSON, since clones share updaters and schedules.
   *
   * @param configuration the configuration
   * @return a copy that shares nothing with it
   */
  public static MultiLayerConfiguration copyOf(MultiLayerConfiguration configuration) {
    String json = configuration.toJson();
    return copy(() -> MultiLayerConfiguration.fromJson(json));
  }

  /**
   * Copies a configuration by way of its JSON, since clones share updaters and schedules.
   *
   * @param configuration the configuration
   * @return a copy that shares nothing with it
   */
  public static ComputationGraphConfiguration copyOf(ComputationGraphConfiguration configuration) {
    String json = configuration.toJson();
    return copy(() -> ComputationGraphConfiguration.fromJson(json));
  }

  private static <T> T copy(Reading<T> reading) {
    try {
      return withPlugins(reading);
    } catch (IOException e) {
      throw new AssertionError("a text is read without input or output", e);
    }
  }

  private static boolean knowsUs(ClassLoader loader) {
    try {
      return loader != null
          && Class.forName(ConfigurationReading.class.getName(), false, loader)
              == ConfigurationReading.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
