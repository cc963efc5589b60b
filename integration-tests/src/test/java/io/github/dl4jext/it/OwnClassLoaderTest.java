package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The suite in a class loader of its own trains, is saved, resumed, frozen and copied, although the
 * context class loader does not know it. In a program of its own, since DL4J keeps for good the
 * class loader that it has first read a configuration by.
 */
class OwnClassLoaderTest {

  @TempDir private Path folder;

  /** The program: only this class is on its class path beside DL4J's. */
  public static final class Launcher {

    private Launcher() {}

    /**
     * Runs the training within the class loader.
     *
     * @param arguments a folder, and where the suite's classes are
     * @throws Exception if it fails
     */
    public static void main(String[] arguments) throws Exception {
      URL[] suite = new URL[arguments.length - 1];
      for (int i = 0; i < suite.length; i++) {
        suite[i] = Path.of(arguments[i + 1]).toUri().toURL();
      }
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      try (URLClassLoader loader = new URLClassLoader(suite, context)) {
        Method training =
            loader
                .loadClass("io.github.dl4jext.it.OwnClassLoaderTest$Training")
                .getMethod("run", Path.class);
        System.out.println("steps " + training.invoke(null, Path.of(arguments[0])));
        System.out.println(context == Thread.currentThread().getContextClassLoader());
      }
    }
  }

  /** What is done within the class loader. */
  public static final class Training {

    private Training() {}

    /**
     * Trains, resumes, freezes and copies a network of either type.
     *
     * @param folder the folder of the checkpoints
     * @return the steps that the copies know of
     */
    public static List<Integer> run(Path folder) {
      Optimizer adamW = Plugins.installed().create(Optimizer.class, "adamw");
      List<Integer> steps = new ArrayList<>();
      for (Trainings.Type type : Trainings.Type.values()) {
        Model model =
            Trainings.network(type, Trainings.base(adamW.updater()).activation(new Mish()));
        Network.of(model).setListeners(List.of(new Checkpoint(folder.resolve(type.name()))));
        Trainings.fit(model, Trainings.batches(0, 3), 1);
        Model resumed = Checkpoint.resume(folder.resolve(type.name())).network();
        Model copy =
            NetworkCopy.from(Freezing.freeze(resumed, LayerSelector.named("first"))).build();
        steps.add(Network.of(copy).progress().iterations());
      }
      return steps;
    }
  }

  private static boolean isOurs(String entry) {
    return Files.isDirectory(Path.of(entry))
        || Path.of(entry).getFileName().toString().startsWith("extensions-");
  }

  private Path launcher() throws IOException {
    Path classes = folder.resolve("launcher");
    String name = Launcher.class.getName().replace('.', '/') + ".class";
    Path file = classes.resolve(name);
    Files.createDirectories(file.getParent());
    try (InputStream in = Launcher.class.getClassLoader().getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    return classes;
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void isEnough() throws Exception {
    Map<Boolean, List<String>> path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .collect(Collectors.partitioningBy(OwnClassLoaderTest::isOurs));
    assertThat(path.get(true)).hasSizeGreaterThan(8);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                launcher() + File.pathSeparator + String.join(File.pathSeparator, path.get(false)),
                Launcher.class.getName(),
                folder.toString()));
    command.addAll(path.get(true));
    Path output = folder.resolve("output.txt");
    Process program =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(program.waitFor()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains("steps [3, 3]\ntrue");
  }
}
