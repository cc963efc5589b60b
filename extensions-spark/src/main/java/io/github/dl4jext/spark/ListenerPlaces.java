package io.github.dl4jext.spark;

import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Decides which listeners work on the executors, and which on the driver. One that looks at a step
 * before its update can do so only where the step is made.
 *
 * @param driver those that are told of epochs and of averaged parameters
 * @param executors those that are told of each step
 */
record ListenerPlaces(List<TrainingListener> driver, List<TrainingListener> executors) {

  private static final List<String> WITHIN_A_STEP =
      List.of("onForwardPass", "onBackwardPass", "onGradientCalculation");

  /**
   * Sorts listeners.
   *
   * @param listeners those of the network
   * @param more those that are to work on the executors anyway
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one cannot be sent to the executors
   */
  static ListenerPlaces of(List<TrainingListener> listeners, List<TrainingListener> more) {
    List<TrainingListener> driver = new ArrayList<>();
    List<TrainingListener> executors = new ArrayList<>();
    for (TrainingListener listener : listeners) {
      boolean saver = listener instanceof StatefulListener.Saver;
      (looksIntoSteps(listener) && !saver ? executors : driver).add(listener);
    }
    executors.addAll(more);
    Checks checks = Checks.of(SparkTraining.NAME);
    for (TrainingListener listener : executors) {
      String obstacle = obstacle(listener);
      checks.that(
          obstacle == null,
          "listener " + listener.getClass().getSimpleName(),
          "serializable, as it looks at steps, which Spark's executors make; leave it out",
          obstacle);
    }
    checks.done();
    return new ListenerPlaces(driver, executors);
  }

  private static boolean looksIntoSteps(TrainingListener listener) {
    return Arrays.stream(listener.getClass().getMethods())
        .filter(method -> WITHIN_A_STEP.contains(method.getName()))
        .map(method -> method.getDeclaringClass())
        .anyMatch(where -> where != TrainingListener.class && where != BaseTrainingListener.class);
  }

  /**
   * Spark would answer by an error that does not name the listener, or on Java 17 not even that.
   */
  private static @Nullable String obstacle(TrainingListener listener) {
    if (!(listener instanceof Serializable)) {
      return "a class that is not Serializable";
    }
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(listener);
      return null;
    } catch (NotSerializableException e) {
      return "one that holds a " + e.getMessage();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
