package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.PluginLoadException;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The suite in a class loader of its own, as application servers, notebooks and folders of plugins
 * have it: the context class loader and DL4J's own do not know its classes.
 */
class ClassLoadersTest {

  private static final String SERVICES = "META-INF/services/" + Plugin.class.getName();

  private static final List<Class<?>> OF_EACH_JAR =
      List.of(
          Plugin.class,
          Network.class,
          Trainings.class,
          Mish.class,
          AdamW.class,
          Cosine.class,
          MaxNorm.class,
          Checkpoint.class,
          Freezing.class,
          ClassLoadersTest.class);

  private final ClassLoader context = Thread.currentThread().getContextClassLoader();

  @TempDir Path folder;

  @AfterEach
  void contextAsItWas() {
    Thread.currentThread().setContextClassLoader(context);
  }

  /** The class path without the suite. */
  private static final class Without extends ClassLoader {

    Without(ClassLoader all) {
      super(all);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.github.dl4jext.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }

    private static boolean isHidden(String name) {
      return name.contains("dl4jext");
    }

    @Override
    public URL getResource(String name) {
      return isHidden(name) ? null : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return isHidden(name) ? Collections.emptyEnumeration() : super.getResources(name);
    }
  }

  /** The suite; of service files only the first, as in a jar made of several. */
  private static final class Unmerged extends URLClassLoader {

    Unmerged() {
      super(
          OF_EACH_JAR.stream().map(Unmerged::jar).toArray(URL[]::new),
          new Without(ClassLoadersTest.class.getClassLoader()));
    }

    private static URL jar(Class<?> inside) {
      return inside.getProtectionDomain().getCodeSource().getLocation();
    }

    @Override
    public Enumeration<URL> findResources(String name) throws IOException {
      List<URL> all = Collections.list(super.findResources(name));
      return Collections.enumeration(
          name.equals(SERVICES) ? all.subList(0, Math.min(1, all.size())) : all);
    }
  }

  /** Asks for a plugin of each of three kinds within the suite's class loader. */
  static final class Messages implements Callable<String> {

    @Override
    public String call() {
      StringBuilder messages = new StringBuilder();
      for (Class<?> kind :
          List.of(Optimizer.class, IActivation.class, ISchedule.class, LayerConstraint.class)) {
        try {
          Plugins.installed().get(kind, "none_such");
        } catch (IllegalArgumentException e) {
          messages.append(e.getMessage()).append('\n');
        }
      }
      return messages.toString();
    }
  }

  @Test
  void servicesThatWereNotMergedAreSaidToBeSo() throws Exception {
    try (Unmerged suite = new Unmerged()) {
      Thread.currentThread().setContextClassLoader(suite);
      var maker = suite.loadClass(Messages.class.getName()).getDeclaredConstructor();
      maker.setAccessible(true);
      assertThat(String.valueOf(((Callable<?>) maker.newInstance()).call()))
          .contains(
              "the classes of io.github.dl4jext:extensions-optimizers are there, but no "
                  + SERVICES)
          .contains("the classes of io.github.dl4jext:extensions-regularization are there")
          .contains("ServicesResourceTransformer")
          .doesNotContain("not on the class path");
    }
  }

  @Test
  void twoVersionsAreRefused() throws IOException {
    try (URLClassLoader mixed =
        new URLClassLoader(
            new URL[] {descriptor("9.8"), descriptor("9.9")}, getClass().getClassLoader())) {
      assertThatThrownBy(() -> Plugins.load(mixed))
          .isInstanceOf(PluginLoadException.class)
          .hasMessageContaining("two versions of DL4J Extensions are on the class path")
          .hasMessageContaining("9.8=file:")
          .hasMessageContaining("9.9=file:")
          .hasMessageContaining("extensions-bom");
    }
  }

  private URL descriptor(String version) throws IOException {
    Path file =
        folder
            .resolve(version)
            .resolve("META-INF/maven/io.github.dl4jext/extensions-optimizers/pom.properties");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "version=" + version + "\n");
    return url(folder.resolve(version));
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }
}
