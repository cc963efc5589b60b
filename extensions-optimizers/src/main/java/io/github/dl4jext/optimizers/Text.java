package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.NumberOrSchedule;
import java.util.Map;
import java.util.stream.Collectors;
import org.nd4j.linalg.schedule.ISchedule;

/** How an optimizer shows itself. */
final class Text {

  private Text() {}

  /** For instance {@code Adam(learningRate=0.001, beta1=0.9)}. */
  static String of(Class<?> type, Map<String, Object> hyperparameters) {
    return hyperparameters.entrySet().stream()
        .map(
            e ->
                e.getKey()
                    + "="
                    + (e.getValue() instanceof ISchedule rate
                        ? NumberOrSchedule.shown(rate)
                        : e.getValue()))
        .collect(Collectors.joining(", ", name(type) + "(", ")"));
  }

  private static String name(Class<?> type) {
    return type.getEnclosingClass() == null
        ? type.getSimpleName()
        : type.getEnclosingClass().getSimpleName() + "." + type.getSimpleName();
  }
}
