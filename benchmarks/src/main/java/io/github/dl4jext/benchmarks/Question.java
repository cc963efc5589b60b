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
 * What a table of ratios is of: a benchmark's class, and what is divided by what.
 *
 * @param title what the table says, as a sentence
 * @param type the class
 * @param side the parameter of which there are two values, or null if there are two methods
 * @param over that value, or the method's name, whose time is divided
 * @param under that by whose time it is divided
 * @param columns the parameter whose values are the table's columns, or null if there is one column
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
              "Activations, ours to DL4J's of the same name, by how many floats there are",
              ActivationPasses.class,
              "side",
              "ours",
              "theirs",
              "length"),
          new Question(
              "A step of an update rule, ours to DL4J's, by how many parameters there are",
              UpdaterStep.class,
              "side",
              "ours",
              "theirs",
              "parameters"),
          new Question(
              "A step of `fit` of dense layers, with `FastLayers` to without, by the batch's size",
              DenseStep.class,
              "whose",
              "OURS",
              "THEIRS",
              "batchSize"),
          new Question(
              "A step of `fit` of LeNet, with `FastLayers` to without, by the batch's size",
              LeNetStep.class,
              "whose",
              "OURS",
              "THEIRS",
              "batchSize"),
          new Question(
              "A step of `fit` of an LSTM, with our Adam to with DL4J's, by the batch's size",
              LstmStep.class,
              "whose",
              "OURS",
              "THEIRS",
              "batchSize"),
          new Question(
              "A step of training at a batch of 32, ours to PyTorch's by way of DJL",
              PyTorchStep.class,
              "side",
              "ours",
              "pytorch",
              null),
          new Question(
              "A step of `fit` of 784-300-100-10 with something besides, to the bare step",
              HookStep.class,
              "whose",
              "OURS",
              "THEIRS",
              null),
          new Question(
              "A step of a hundred layers to one of ten, with `Optimizer.configure`",
              DepthStep.class,
              "layers",
              "100",
              "10",
              null),
          new Question(
              "Monte-Carlo dropout to a hundred calls of `output(x, true)`",
              MonteCarlo.class,
              null,
              "ours",
              "theirs",
              "dropout"),
          new Question(
              "The answer of a folded network to that of the network as it was, by rows",
              FoldedForward.class,
              null,
              "folded",
              "plain",
              "rows"),
          new Question(
              "Ten epochs with the frozen part's features computed once, to all of it each time",
              CachedHead.class,
              null,
              "cached",
              "whole",
              null),
          new Question(
              "Finding all plugins to loading ND4J, each in a new program",
              StartUp.class,
              null,
              "ours",
              "theirs",
              null));

  /** A ratio's place: the method where there are several, and the values of the parameters. */
  record Case(String method, Map<String, String> parameters) {

    Case with(String parameter, String value) {
      Map<String, String> more = new LinkedHashMap<>(parameters);
      more.put(parameter, value);
      return new Case(method, more);
    }
  }

  /** All cases, of both sides where they are two methods. */
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

  /** DL4J does not have all activations. */
  boolean isAsked(String parameter, String value) {
    return type != ActivationPasses.class
        || !parameter.equals("name")
        || ActivationPasses.isDl4js(value);
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
