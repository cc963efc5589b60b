package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.regularization.labels.LabelSmoothing;
import io.github.dl4jext.regularization.labels.Mixup;
import io.github.dl4jext.transfer.finetuning.GradualUnfreezing;
import io.github.dl4jext.transfer.folding.BatchNormFolding;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** What is null where it must not be is named. */
class NullArgumentsTest {

  private static MultiLayerNetwork bare() {
    return new MultiLayerNetwork(
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
            .build());
  }

  private static Map<String, ThrowingCallable> rows() {
    Map<String, ThrowingCallable> rows = new LinkedHashMap<>();
    rows.put(
        "early_stopping: resumeFrom must be",
        () -> EarlyStopping.builder().build().resumeFrom(null));
    rows.put("history: resumeFrom must be", () -> new History().resumeFrom(null));
    rows.put(
        "reduce_on_plateau: resumeFrom must be",
        () -> ReduceOnPlateau.builder().build().resumeFrom(null));
    rows.put("checkpoint: folder must be", () -> Checkpoint.latest((Path) null));
    rows.put("checkpoint: folder must be a path", () -> Checkpoint.best(null, true));
    rows.put(
        "mixup: labels must be given",
        () -> new Mixup(0.2, 1).preProcess(new DataSet(Nd4j.ones(2, 2), null)));
    rows.put("label_smoothing: loss must be", () -> new LabelSmoothing(0.1, null));
    rows.put(
        "the data must not be null",
        () -> new GradualUnfreezing().fit(bare(), (DataSetIterator) null, 1));
    rows.put("initialised", () -> BatchNormFolding.fold(bare()));
    rows.put("the network must be a MultiLayerNetwork", () -> Network.of(null));
    rows.put("adamw: beta1 must be", () -> new AdamW().with(AdamW.BETA1, null));
    return rows;
  }

  @Test
  void isNamed() {
    rows()
        .forEach(
            (message, call) -> assertThatThrownBy(call).as(message).hasMessageContaining(message));
    assertThatCode(() -> ReduceOnPlateau.builder().thresholdMode(null).build())
        .as("what is optional may be null")
        .doesNotThrowAnyException();
  }
}
