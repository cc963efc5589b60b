package io.github.dl4jext.spark;

import io.github.dl4jext.spi.Checks;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Reads the settings of DL4J's masters, which have no getters for them, from their JSON. */
final class MasterSettings {

  private final JsonNode json;

  private MasterSettings(JsonNode json) {
    this.json = json;
  }

  static MasterSettings of(TrainingMaster<?, ?> master) {
    try {
      return new MasterSettings(new ObjectMapper().readTree(master.toJson()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the JSON of " + master.getClass() + " cannot be read", e);
    }
  }

  /** Whether data go to the workers as they are, and not by files. */
  boolean direct() {
    return json.path("rddTrainingApproach").asText().equals("Direct");
  }

  int batchSize() {
    return json.path("batchSizePerWorker").asInt();
  }

  int rowsOfDataSet() {
    return json.path("rddDataSetNumExamples").asInt();
  }

  /** The number of workers; that of the cores that Spark has, if none was given. */
  int workers(int cores) {
    return json.path("numWorkers").asInt(cores);
  }

  /** Checks what is common to all masters: the sizes that they cannot see. */
  void check(Checks checks, DataSizes sizes) {
    checks.that(sizes.count() > 0, "data", "an RDD with minibatches in it", "an empty one");
    if (direct()) {
      checks.that(
          rowsOfDataSet() == sizes.largest(),
          "rddDataSetNumExamples",
          sizes.largest() + ", which is the size of the minibatches in the data",
          rowsOfDataSet());
    }
  }
}
