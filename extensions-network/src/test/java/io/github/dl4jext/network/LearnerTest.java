package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Layers, SameDiff layers and vertices are read and changed alike. */
class LearnerTest {

  private static final DenseLayer DENSE =
      new DenseLayer.Builder().name("dense").nIn(3).nOut(2).hasLayerNorm(true).build();

  private static SelfAttentionLayer attention() {
    return new SelfAttentionLayer.Builder()
        .nIn(4)
        .nOut(4)
        .nHeads(2)
        .headSize(2)
        .projectInput(true)
        .build();
  }

  private static AttentionVertex vertex() {
    return new AttentionVertex.Builder()
        .nInKeys(4)
        .nInQueries(4)
        .nInValues(4)
        .nOut(4)
        .nHeads(2)
        .headSize(2)
        .projectInput(true)
        .build();
  }

  @Test
  void namesParametersAndTheirLengths() {
    Learner dense = Learner.of(DENSE);
    assertThat(dense.parameters()).containsExactlyInAnyOrder("W", "b", "g");
    assertThat(dense.weights().parameters()).containsExactlyInAnyOrder("W", "g");
    assertThat(dense.kernels()).containsExactly("W");
    assertThat(dense.biases().parameters()).containsExactly("b");
    assertThat(dense.lengths()).isEqualTo(Map.of("W", 6L, "b", 2L, "g", 2L));
    assertThat(dense).hasToString("layer dense (DenseLayer)");
    Learner slopes = Learner.of(new PReLULayer.Builder().inputShape(3).build());
    assertThat(slopes.weights().parameters()).hasSize(1);
    assertThat(slopes.kernels()).isEmpty();
    Learner norm = Learner.of(new BatchNormalization.Builder().nIn(3).nOut(3).build());
    assertThat(norm.parameters()).contains("gamma", "beta", "mean");
    assertThat(norm.kernels()).isEmpty();
    assertThat(Learner.of(new LSTM.Builder().nIn(3).nOut(2).build()).kernels())
        .containsExactly("W", "RW");
    for (TrainingConfig config : List.of(attention(), vertex())) {
      Learner learner = Learner.of(config);
      assertThat(learner.kernels()).hasSize(4).isEqualTo(learner.weights().parameters());
      assertThat(learner.lengths().values()).containsOnly(16L);
    }
  }

  @Test
  void changesUpdatersAndRegularizations() {
    Regularization term = new L2Regularization(0.1);
    DenseLayer dense =
        new DenseLayer.Builder().nIn(3).nOut(2).updater(new Sgd(1)).biasUpdater(new Sgd(2)).build();
    assertThat(Learner.of(dense).updaters()).containsExactly(new Sgd(1), new Sgd(2));
    for (TrainingConfig config : List.of(dense, attention(), vertex())) {
      Learner learner = Learner.of(config);
      learner.setUpdater(new Adam(0.1));
      assertThat(learner.updaters()).containsExactly(new Adam(0.1));
      assertThat(learner.weights().regularizations()).isEmpty();
      learner.weights().setRegularizations(List.of(term));
      assertThat(learner.weights().regularizations()).containsExactly(term);
      assertThat(learner.biases().regularizations()).isEmpty();
      learner.biases().setRegularizations(List.of(term, term));
      assertThat(learner.biases().regularizations()).hasSize(2);
    }
  }

  @Test
  void tellsWhatLearnsByTheUpdaterOfBiases() {
    DenseLayer dense =
        new DenseLayer.Builder().nIn(3).nOut(2).updater(new Sgd(1)).biasUpdater(new Sgd(2)).build();
    assertThat(Learner.of(dense).shares())
        .isEqualTo(new Learner.Shares(List.of("W"), List.of("b")));
    assertThat(Learner.of(dense).updaters()).containsExactly(new Sgd(1), new Sgd(2));
    Learner norm = Learner.of(new BatchNormalization.Builder().nIn(3).nOut(3).build());
    assertThat(norm.shares()).isEqualTo(new Learner.Shares(List.of("gamma", "beta"), List.of()));
    for (TrainingConfig config : List.of(attention(), vertex())) {
      Learner learner = Learner.of(config);
      assertThat(learner.shares().common()).isEqualTo(learner.weights().parameters());
      learner.setUpdaters(new Sgd(1), new Sgd(2));
      assertThat(learner.updaters()).containsExactly(new Sgd(1), new Sgd(2));
    }
  }

  @Test
  void refusesWhatDoesNotLearn() {
    assertThatThrownBy(() -> Learner.of(new FrozenLayer(DENSE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("only a BaseLayer")
        .hasMessageEndingWith("FrozenLayer");
    assertThatThrownBy(() -> Learner.of(null)).hasMessageEndingWith("was null");
    Learner unsized = Learner.of(new DenseLayer.Builder().nOut(2).build());
    assertThatThrownBy(unsized::lengths).hasMessageContaining("has no size yet; set its nIn");
  }
}
