package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Orders of layers that DL4J's import would make another model of are refused. */
class StructureChecksTest {

  private static KerasFields model(String json) throws JsonProcessingException {
    return KerasFields.of(
        "the model", new ObjectMapper().readValue(json.replace('\'', '"'), Object.class));
  }

  /** A stack of layers, each as {@code Class:settings}, behind an input of a shape. */
  private static KerasStructure stack(String shape, String... layers)
      throws JsonProcessingException {
    StringBuilder json = new StringBuilder();
    json.append(
            "{'class_name': 'InputLayer', 'config': {'name': 'in', 'batch_input_shape': [null, ")
        .append(shape)
        .append("]}}");
    for (int i = 0; i < layers.length; i++) {
      String[] parts = layers[i].strip().split(":", 2);
      json.append(", {'class_name': '")
          .append(parts[0])
          .append("', 'config': {'name': 'l")
          .append(i)
          .append("'")
          .append(parts.length > 1 ? ", " + parts[1] : "")
          .append("}}");
    }
    return KerasStructure.of(
        model("{'class_name': 'Sequential', 'config': {'layers': [" + json + "]}}"));
  }

  private static void check(KerasStructure structure) {
    Map<String, Integer> ranks = KerasRanks.of(structure);
    StructureChecks.check(structure, ranks);
    structure.layers().forEach(layer -> LayerChecks.check(layer, new ReportLines(layer.name())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4, 3 | Flatten | (Flatten): it must not be the last layer",
        "6 | Dense; Reshape:'target_shape': [2, 3] | (Reshape): it must not be the last layer",
        "5, 5, 2 | Permute:'dims': [2, 1, 3]; Conv2D | (Permute): only sequences can be permuted",
        "5, 2 | Permute:'dims': [2, 1]; Flatten; Dense | (Permute): only sequences can be permuted",
        "5 | Activation:'activation': 'relu'; Dense | (Activation): an activation must not come first",
        "5 | Dropout:'rate': 0.1; PReLU; Dense | (PReLU): an activation must not come first",
        "6 | Embedding:'mask_zero': true; LSTM | mask_zero must be False to be imported, was True",
        "2, 5, 5 | Conv2D:'data_format': 'channels_first'; Dense | data_format must be channels_last to"
            + " be imported, was channels_first",
        "5, 5, 2 | Conv2D:'groups': 2; Dense | groups must be 1 to be imported, was 2",
        "5, 2 | LSTM:'return_state': true; Dense | return_state must be False to be imported, was True"
      })
  void wrongOrders(String shape, String layers, String message) {
    assertThatThrownBy(() -> check(stack(shape, layers.split(";"))))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining(message);
  }

  @Test
  void bidirectionalSequencesAreNotFlattened() {
    assertThatThrownBy(
            () ->
                check(
                    stack(
                        "5, 2",
                        "Bidirectional:'layer': {'class_name': 'LSTM', 'config': {'return_sequences':"
                            + " true}}",
                        "Flatten",
                        "Dense")))
        .hasMessageContaining("(Flatten): after Bidirectional DL4J does not know how many steps");
  }

  @Test
  void mergesAreAlongTheLastAxis() {
    String functional =
        """
        {'class_name': 'Functional', 'config': {
          'input_layers': ['in', 0, 0], 'output_layers': [['out', 0, 0]],
          'layers': [
            {'class_name': 'InputLayer', 'name': 'in', 'inbound_nodes': [],
             'config': {'name': 'in', 'batch_shape': [null, 4, 3]}},
            {'class_name': 'Concatenate', 'name': 'out', 'config': {'name': 'out', 'axis': AXIS},
             'inbound_nodes': [{'args': [[
               {'class_name': '__keras_tensor__', 'config': {'keras_history': ['in', 0, 0]}},
               {'class_name': '__keras_tensor__', 'config': {'keras_history': ['in', 0, 0]}}]],
               'kwargs': {}}]}]}}
        """;
    for (String axis : new String[] {"-1", "2"}) {
      assertThat(check(functional, axis).outputs()).containsExactly("out");
    }
    assertThatThrownBy(() -> check(functional, "1"))
        .hasMessageContaining("(Concatenate): axis must be the last, -1 or 2, to be imported");
  }

  private static KerasStructure check(String json, String axis) {
    try {
      KerasStructure structure = KerasStructure.of(model(json.replace("AXIS", axis)));
      check(structure);
      return structure;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void ranksAreThoseOfKeras() throws JsonProcessingException {
    Map<String, Integer> ranks =
        KerasRanks.of(
            stack(
                "6",
                "Embedding",
                "Dense",
                "LSTM:'return_sequences': true",
                "LSTM",
                "RepeatVector:'n': 4",
                "Reshape:'target_shape': [2, 2, 3]",
                "Conv2D",
                "GlobalMaxPooling2D"));
    assertThat(ranks)
        .containsEntry("l0", 2)
        .containsEntry("l1", 2)
        .containsEntry("l2", 2)
        .containsEntry("l3", 1)
        .containsEntry("l4", 2)
        .containsEntry("l5", 3)
        .containsEntry("l6", 3)
        .containsEntry("l7", 1);
  }
}
