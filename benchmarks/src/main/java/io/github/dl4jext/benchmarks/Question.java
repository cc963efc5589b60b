package io.github.dl4jext.benchmarks;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The question that a table of ratios answers: a benchmark's class, and what is divided by what.
 *
 * @param title the heading of the table
 * @param type the benchmark's class
 * @param side the parameter with a value for each side, or null if the sides are two methods
 * @param over the parameter's value, or the name of the method, whose time is the dividend
 * @param under the parameter's value, or the name of the method, whose time is the divisor
 * @param columns the parameter whose values are the table's columns, or null for a single column
 */
record Question(
    String title,
    Class<?> type,
    @Nullable String side,
    String over,
    String under,
    @Nullable String columns) {

  static final List<Question> ALL =
      List.of(
          new Question(
              "Activations: ours divided by DL4J's of the same name, by the number of floats",
              ActivationPasses.class,
              "side",
              "ours",
              "theirs",
              "length"),
          new Question(
              "Activations: our pass, with the copy of its input, divided by such a copy, by the number of floats",
              ActivationPasses.class,
              "side",
              "ours",
              "copy",
              "length"),
          new Question(
              "Activations: our forward pass divided by PyTorch's by way of DJL, by the number of floats",
              PyTorchActivation.class,
              "side",
              "ours",
              "pytorch",
              "length"),
          new Question(
              "A step of an update rule: ours divided by DL4J's, by the number of parameters",
              UpdaterStep.class,
              "side",
              "ours",
              "theirs",
              "parameters"),
          new Question(
              "A step of `fit` of dense layers: with `FastLayers` divided by without, by batch size",
              DenseStep.class,
              "whose",
              "OURS",
              "THEIRS",
              "batchSize"),
          new Question(
              "A step of `fit` of LeNet: with `FastLayers` divided by without, by batch size",
              LeNetStep.class,
              "whose",
              "OURS",
              "THEIRS",
              "batchSize"),
          new Question(
              "A step of `fit` of an LSTM: with our Adam divided by with DL4J's, by batch size",
              LstmStep.class,
              "whose",
              "OURS",
              "THEIRS",
              "batchSize"),
          new Question(
              "A step of training at a batch of 32: ours divided by PyTorch's, by way of DJL",
              PyTorchStep.class,
              "side",
              "ours",
              "pytorch",
              null),
          new Question(
              "A step of `fit` of 784-300-100-10: with a plugin divided by without it",
              HookStep.class,
              "whose",
              "with",
              "without",
              null),
          new Question(
              "A step of `fit` of 784-300-100-10 with a plugin: ours divided by DL4J's",
              HookStep.class,
              "whose",
              "with",
              "dl4j",
              null),
          new Question(
              "A step of a hundred layers divided by one of ten, with `Optimizer.configure`",
              DepthStep.class,
              "layers",
              "100",
              "10",
              null),
          new Question(
              "Monte-Carlo dropout divided by a hundred calls of `output(x, true)`, by where dropout is",
              MonteCarlo.class,
              null,
              "ours",
              "theirs",
              "dropout"),
          new Question(
              "Prediction by a folded network divided by the original, batch norm before or after ReLU, by rows",
              FoldedForward.class,
              null,
              "folded",
              "plain",
              "rows"),
          new Question(
              "Ten epochs with the frozen layers' features computed once, divided by ten of the whole network",
              CachedHead.class,
              null,
              "cached",
              "whole",
              null),
          new Question(
              "Finding all plugins divided by loading ND4J, each in a new program",
              StartUp.class,
              null,
              "ours",
              "theirs",
              null));

  /**
   * The case that a ratio is for.
   *
   * @param method the method where both sides have several, or empty
   * @param parameters the values of the other parameters
   */
  record Case(String method, Map<String, String> parameters) {

    Case with(String parameter, String value) {
      Map<String, String> more = new LinkedHashMap<>(parameters);
      more.put(parameter, value);
      return new Case(method, more);
    }
  }

  /** All cases; a case stands for both sides. */
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Method method : methods()) {
      if (side != null || method.getName().equals(over)) {
        cases.add(new Case(side == null ? "" : method.getName(), Map.of()));
      }
    }
    for (Field field : type.getFields()) {
      Param values = field.getAnnotation(Param.class);
      if (values != null && !field.getName().equals(side)) {
        cases =
            cases.stream()
                .flatMap(
                    one ->
                        Arrays.stream(values.value())
                            .filter(value -> isAsked(field.getName(), value))
                            .map(value -> one.with(field.getName(), value)))
                .toList();
      }
    }
    return cases;
  }

  /** DL4J does not have all activations, nor all that can be added to a step. */
  boolean isAsked(String parameter, String value) {
    if (type == ActivationPasses.class) {
      return ActivationPasses.isAsked(under, parameter, value);
    }
    return !(type == HookStep.class && under.equals("dl4j") && parameter.equals("hook"))
        || HookStep.isDl4js(value);
  }

  /** Whether the divisor is a time of PyTorch's, whose binaries come with the profile peers. */
  boolean needsPyTorch() {
    return under.equals("pytorch");
  }

  Method method(Case one, boolean over) {
    String name = side == null ? over ? this.over : under : one.method();
    return methods().stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
  }

  private List<Method> methods() {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.isAnnotationPresent(Benchmark.class))
        .toList();
  }
}
