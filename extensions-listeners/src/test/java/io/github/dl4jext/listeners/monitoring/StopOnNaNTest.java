package io.github.dl4jext.listeners.monitoring;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dl4jext.listeners.monitoring.TrainingDivergedException.Where;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.termination.InvalidScoreIterationTerminationCondition;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.BaseConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class StopOnNaNTest extends PluginContract<TrainingListener> {

  private static final int BAD_STEP = 3;

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "stop_on_nan";
  }

  @ParameterizedTest
  @EnumSource
  void aBadGradientKeepsTheUpdateFromBeingMade(Type type, @TempDir Path folder) throws IOException {
    Model model = network(type, base(new Adam(0.01)));
    Model other = network(type, base(new Adam(0.01)));
    model.addListeners(new StopOnNaN());
    for (int i = 0; i < BAD_STEP; i++) {
      fit(model, batch(i));
      fit(other, batch(i));
    }
    TrainingDivergedException e = diverged(() -> fit(model, withNaN(batch(BAD_STEP))));
    assertThat(e)
        .hasMessage(
            "stop_on_nan: the gradient of W of layer first must be finite, was NaN at iteration 3"
                + " of epoch 0 (both from 0); 8 of 8 gradients were hit; the update was not made;"
                + " try a lower learning rate, gradient clipping or a warm-up of the rate, and look"
                + " for NaN in the data");
    assertThat(e.where()).isEqualTo(Where.GRADIENT);
    assertThat(e.layer()).isEqualTo("first");
    assertThat(e.parameter()).isEqualTo("W");
    assertThat(e.value()).isNaN();
    assertThat(e.iteration()).isEqualTo(BAD_STEP);
    assertThat(e.epoch()).isZero();
    assertGoesOnAs(other, model, folder);
  }

  @ParameterizedTest
  @EnumSource
  void aBadUpdateIsUndone(Type type, @TempDir Path folder) throws IOException {
    Model model = network(type, base(new Adam(0.01)));
    Model other = network(type, base(new Adam(0.01)));
    AtomicBoolean spoil = new AtomicBoolean();
    model.addListeners(
        new StopOnNaN(),
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model any) {
            if (spoil.get()) {
              Trainings.of(model).gradients().putScalar(0, Double.POSITIVE_INFINITY);
            }
          }
        });
    for (int i = 0; i < BAD_STEP; i++) {
      fit(model, batch(i));
      fit(other, batch(i));
    }
    spoil.set(true);
    TrainingDivergedException e = diverged(() -> fit(model, batch(BAD_STEP)));
    assertThat(e.where()).isEqualTo(Where.PARAMETER);
    assertThat(e.layer()).isEqualTo("first");
    assertThat(e.iteration()).isEqualTo(BAD_STEP);
    assertThat(e).hasMessageContaining("those before iteration 3 were restored");
    spoil.set(false);
    assertGoesOnAs(other, model, folder);
  }

  @ParameterizedTest
  @EnumSource
  void stopsFitOfAnIteratorAndLeavesNoWorkspaceOpen(Type type) {
    Model model = network(type, base(new Sgd(0.1)));
    model.addListeners(new StopOnNaN());
    DataSet rows = DataSet.merge(List.of(batch(0), withNaN(batch(1)), batch(2)));
    assertThat(
            diverged(() -> fit(model, new ListDataSetIterator<>(rows.asList(), Trainings.BATCH), 2))
                .iteration())
        .isEqualTo(1);
    assertThat(Nd4j.getWorkspaceManager().anyWorkspaceActiveForCurrentThread()).isFalse();
    assertThat(Trainings.of(model).progress().iterations()).isEqualTo(1);
    fit(model, batches(3, 6), 1);
    assertThat(FiniteCheck.all(model.params())).isTrue();
    assertThat(Trainings.of(model).progress().iterations()).isEqualTo(4);
  }

  @Test
  void aBadScoreStopsBeforeTheUpdate() {
    MultiLayerNetwork model = (MultiLayerNetwork) network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    model.addListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model any) {
            model.setScore(Double.NEGATIVE_INFINITY);
          }
        },
        new StopOnNaN());
    INDArray before = model.params().dup();
    TrainingDivergedException e = diverged(() -> model.fit(batch(0)));
    assertThat(e.where()).isEqualTo(Where.SCORE);
    assertThat(e.layer()).isNull();
    assertThat(e.value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(e).hasMessageContaining("the score must be finite, was -Infinity");
    assertThat(model.params().toDoubleVector()).isEqualTo(before.ravel().toDoubleVector());
  }

  /** The check in the class comment. */
  @Test
  void aWeightOfOneStaysOne() {
    MultiLayerNetwork model =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(1e39))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(1)
                        .nOut(1)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    model.init();
    model.params().assign(1);
    model.addListeners(new StopOnNaN());
    // d/dw (w x - y)^2 = 2 (1 - 0.5) = 1
    DataSet data = new DataSet(Nd4j.ones(1, 1), Nd4j.ones(1, 1).muli(0.5));
    TrainingDivergedException e = diverged(() -> model.fit(data));
    assertThat(e.parameter()).isEqualTo("W");
    assertThat(e.value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(model.params().getDouble(0)).isEqualTo(1);
  }

  @Test
  void namesTheFirstParameterThatWasHit() {
    MultiLayerNetwork model = (MultiLayerNetwork) network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    INDArray[] before = new INDArray[1];
    model.addListeners(
        new StopOnNaN(),
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model any) {
            before[0] = model.params().dup();
            INDArray biases = model.gradient().getGradientFor("2_b");
            biases.putScalar(1, Double.POSITIVE_INFINITY);
          }
        });
    TrainingDivergedException e = diverged(() -> model.fit(batch(0)));
    assertThat(e.where()).isEqualTo(Where.PARAMETER);
    assertThat(e.layer()).isEqualTo("last");
    assertThat(e.parameter()).isEqualTo("b");
    assertThat(e.value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(e).hasMessageContaining("1 of 8 parameters were hit");
    assertThat(model.params().toDoubleVector()).isEqualTo(before[0].ravel().toDoubleVector());
  }

  @Test
  void watchesTheRunningStatisticsOfBatchNormalization() {
    MultiLayerNetwork model = (MultiLayerNetwork) network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    model.addListeners(new StopOnNaN());
    model.getLayer(1).getParam("mean").putScalar(0, Double.NaN);
    TrainingDivergedException e = diverged(() -> model.fit(batch(0)));
    assertThat(e.layer()).isEqualTo("norm");
    assertThat(e.parameter()).isEqualTo("mean");
    assertThat(e).hasMessageContaining("they were so before the first step");
  }

  /** A constraint works after the listeners, and is seen a step later. */
  @Test
  void putsBackWhatAConstraintSpoilt() {
    MultiLayerNetwork model =
        (MultiLayerNetwork)
            network(Type.MULTI_LAYER, base(new Sgd(0.1)).constrainWeights(new SpoilsFromStep(2)));
    model.addListeners(new StopOnNaN());
    model.fit(batch(0));
    INDArray good = model.params().dup();
    model.fit(batch(1));
    assertThat(FiniteCheck.all(model.params())).isFalse();
    TrainingDivergedException e = diverged(() -> model.fit(batch(2)));
    assertThat(e.where()).isEqualTo(Where.PARAMETER);
    assertThat(e.iteration()).isEqualTo(2);
    assertThat(e).hasMessageContaining("those before iteration 1 were restored");
    assertThat(model.params().toDoubleVector()).isEqualTo(good.ravel().toDoubleVector());
    assertThat(model.getIterationCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void doesNotChangeTraining(Type type) {
    Model watched = network(type, base(new Adam(0.01)));
    Model alone = network(type, base(new Adam(0.01)));
    watched.addListeners(new StopOnNaN());
    fit(watched, batches(0, 4), 3);
    fit(alone, batches(0, 4), 3);
    assertThat(watched.params().toDoubleVector()).isEqualTo(alone.params().toDoubleVector());
  }

  @Test
  void leavesRecurrentNetworksUsable() {
    MultiLayerNetwork model =
        new MultiLayerNetwork(
            base(new Adam(0.01))
                .list()
                .layer(new LSTM.Builder().nIn(2).nOut(3).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4)
                .build());
    model.init();
    MultiLayerNetwork other = model.clone();
    model.addListeners(new StopOnNaN());
    DataSet good =
        new DataSet(
            Nd4j.linspace(DataType.DOUBLE, -1, 0.1, 32).reshape(2, 2, 8),
            Nd4j.linspace(DataType.DOUBLE, 0, 0.1, 16).reshape(2, 1, 8),
            null,
            Nd4j.ones(DataType.DOUBLE, 2, 8));
    DataSet bad = good.copy();
    bad.getFeatures()
        .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(6))
        .assign(Double.NaN);
    // the first half of the sequence is good
    assertThat(diverged(() -> model.fit(bad)).iteration()).isEqualTo(1);
    assertThat(model.rnnGetPreviousState(0)).isNullOrEmpty();
    other.setParams(model.params().dup());
    assertThat(model.output(good.getFeatures())).isEqualTo(other.output(good.getFeatures()));
    model.fit(good);
    assertThat(FiniteCheck.all(model.params())).isTrue();
  }

  /** DL4J's own condition sees the score of a network that is spoilt already. */
  @Test
  void dl4jNoticesTooLate() {
    MultiLayerNetwork model = (MultiLayerNetwork) network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    model.fit(withNaN(batch(0)));
    assertThat(new InvalidScoreIterationTerminationCondition().terminate(model.score())).isTrue();
    assertThat(FiniteCheck.all(model.params())).isFalse();
  }

  /** Can be asked, saved and trained on as one that never met anything bad. */
  private static void assertGoesOnAs(Model expected, Model model, Path folder) throws IOException {
    assertThat(Nd4j.getWorkspaceManager().anyWorkspaceActiveForCurrentThread()).isFalse();
    assertThat(model.params().toDoubleVector()).isEqualTo(expected.params().toDoubleVector());
    assertThat(Trainings.updaterState(model)).isEqualTo(Trainings.updaterState(expected));
    assertThat(Trainings.of(model).progress().iterations()).isEqualTo(BAD_STEP);
    INDArray features = batch(9).getFeatures();
    assertThat(Trainings.output(model, features)).isEqualTo(Trainings.output(expected, features));
    File file = folder.resolve("saved.zip").toFile();
    ModelSerializer.writeModel(model, file, true);
    assertThatCode(() -> ModelSerializer.writeModel(model, file, true)).doesNotThrowAnyException();
    for (int i = BAD_STEP; i < BAD_STEP + 3; i++) {
      fit(model, batch(i));
      fit(expected, batch(i));
    }
    assertThat(model.params().toDoubleVector()).isEqualTo(expected.params().toDoubleVector());
    assertThat(Trainings.of(model).progress().iterations()).isEqualTo(BAD_STEP + 3);
  }

  private static DataSet withNaN(DataSet data) {
    data.getFeatures().putScalar(2, 1, Double.NaN);
    return data;
  }

  private static TrainingDivergedException diverged(ThrowingCallable training) {
    TrainingDivergedException e = catchThrowableOfType(TrainingDivergedException.class, training);
    assertThat(e).isNotNull();
    return e;
  }

  /** Makes infinite weights from a step on. */
  static final class SpoilsFromStep extends BaseConstraint {

    private static final long serialVersionUID = 1L;
    private int step;

    SpoilsFromStep(int step) {
      this.step = step;
    }

    @Override
    public void applyConstraint(Layer layer, int iteration, int epoch) {
      if (iteration >= step && layer.conf().getLayer() instanceof DenseLayer) {
        layer.getParam("W").putScalar(0, Double.POSITIVE_INFINITY);
      }
    }

    @Override
    public void apply(INDArray parameter) {
      throw new UnsupportedOperationException();
    }

    @Override
    public BaseConstraint clone() {
      return new SpoilsFromStep(step);
    }
  }

  /**
   * Rates that become equal let DL4J join the updater's blocks, in the very step that is undone.
   */
  @ParameterizedTest
  @EnumSource
  void undoesAStepByNameThoughTheBlocksHaveChangedInIt(Type type) {
    Model model = network(type, null, new Adam(0.1), new Adam(0.09), new Adam(0.08));
    Model good = network(type, null, new Adam(0.1), new Adam(0.09), new Adam(0.08));
    TrainingListener equalizer =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            if (iteration == 2) {
              LearningRates.of("test", Network.of(any)).set(0.03);
              any.params().putScalar(0, Double.NaN);
            }
          }
        };
    model.setListeners(equalizer, new StopOnNaN());
    Nd4j.getRandom().setSeed(3);
    assertThatThrownBy(() -> fit(model, batches(0, 3), 1))
        .isInstanceOfSatisfying(
            TrainingDivergedException.class, e -> assertThat(e.network()).isSameAs(model));
    Nd4j.getRandom().setSeed(3);
    fit(good, batches(0, 2), 1);
    LearningRates.of("test", Network.of(good)).set(0.03);
    assertThat(model.params().toDoubleVector()).isEqualTo(good.params().toDoubleVector());
    assertThat(Trainings.updaterState(model)).isEqualTo(Trainings.updaterState(good));
  }
}
