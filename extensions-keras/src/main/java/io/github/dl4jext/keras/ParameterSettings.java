package io.github.dl4jext.keras;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Reads initialisers, penalties and constraints of the parameters of a layer. */
final class ParameterSettings {

  private final KerasFields fields;
  private final LayerCorrection correction;
  private final ReportLines lines;

  private ParameterSettings(KerasFields fields, LayerCorrection correction, ReportLines lines) {
    this.fields = fields;
    this.correction = correction;
    this.lines = lines;
  }

  static void read(
      KerasFields fields,
      List<KerasParameter> parameters,
      LayerCorrection correction,
      ReportLines lines) {
    ParameterSettings settings = new ParameterSettings(fields, correction, lines);
    parameters.forEach(settings::initializer);
    settings.penalties(parameters);
    parameters.forEach(settings::constraint);
  }

  private Optional<KerasObject> object(KerasParameter parameter, String what) {
    String field = parameter.keras() + "_" + what;
    return fields.has(field)
        ? Optional.of(KerasObject.of(fields.place() + ": " + field, fields.get(field)))
        : Optional.empty();
  }

  private void initializer(KerasParameter parameter) {
    if (parameter.isScale()) {
      return; // DL4J's layers begin with 1 and 0, as Keras's do; the weights are the file's
    }
    object(parameter, "initializer").ifPresent(object -> initializer(parameter, object));
  }

  private void initializer(KerasParameter parameter, KerasObject object) {
    String text = parameter.keras() + "_initializer " + object;
    Optional<IWeightInit> init = KerasInitializers.of(object);
    if (init.isEmpty()) {
      lines.ignored(text + ": there is no such initialiser; the weights are the file's");
    } else if (parameter.isBias()) {
      bias(text, object, init.get());
    } else if (parameter.keras().equals("pointwise")) {
      if (!init.get().equals(correction.weightInit)) {
        lines.ignored(text + ": DL4J draws both kernels of the layer alike");
      }
    } else if (parameter.keras().equals("recurrent")) {
      correction.recurrentInit = init.get();
      lines.taken(text);
    } else {
      correction.weightInit = init.get();
      lines.taken(text);
    }
  }

  private void bias(String text, KerasObject object, IWeightInit init) {
    if (init instanceof WeightInitConstant) {
      correction.biasInit =
          switch (object.name()) {
            case "Ones", "ones", "one" -> 1.0;
            case "Constant", "constant" -> object.config().number("value", 0);
            default -> 0.0;
          };
      lines.taken(text);
    } else {
      lines.ignored(text + ": DL4J's biases begin with one number");
    }
  }

  /** DL4J has one list of penalties for all weights of a layer. */
  private void penalties(List<KerasParameter> parameters) {
    Map<String, List<Regularization>> onWeights = new LinkedHashMap<>();
    boolean any = false;
    for (KerasParameter parameter : parameters) {
      Optional<KerasObject> object = object(parameter, "regularizer");
      Optional<List<Regularization>> terms = object.flatMap(KerasPenalties::of);
      String text =
          parameter.keras() + "_regularizer " + object.map(KerasObject::toString).orElse("");
      if (object.isPresent() && (terms.isEmpty() || parameter.isScale())) {
        lines.ignored(
            text
                + (terms.isEmpty()
                    ? ": there is no such penalty"
                    : ": DL4J does not punish this parameter"));
      } else if (parameter.isBias()) {
        correction.onBiases = terms.orElse(List.of());
        terms.ifPresent(found -> lines.taken(text + ": " + found));
      } else if (!parameter.isScale()) {
        onWeights.put(text, terms.orElse(List.of()));
        any |= !terms.orElse(List.of()).isEmpty();
      }
    }
    if (!any) {
      return;
    }
    if (onWeights.values().stream().distinct().count() == 1) {
      correction.onWeights = onWeights.values().iterator().next();
      onWeights.forEach((text, terms) -> lines.taken(text + ": " + terms));
    } else {
      onWeights.forEach(
          (text, terms) -> {
            if (!terms.isEmpty()) {
              lines.ignored(text + ": DL4J punishes all weights of the layer alike");
            }
          });
    }
  }

  private void constraint(KerasParameter parameter) {
    object(parameter, "constraint")
        .ifPresent(
            object -> {
              LayerConstraint found = KerasConstraints.of(object, parameter, lines);
              if (found != null) {
                correction.constraints.add(found);
              }
            });
  }
}
