package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.lang3.SerializationUtils;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;

class LambdaTest {

  private static final String NOT_STORED =
      "lambda: function must be a class of its own to be saved";
  private static final DataSet DATA = new DataSet(Nd4j.ones(1, 2), Nd4j.zeros(1, 1));

  private final Lambda falling = new Lambda(step -> 1.0 / (step + 1));

  private static MultiLayerNetwork stack(IUpdater updater) {
    MultiLayerNetwork stack =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    stack.init();
    return stack;
  }

  private static List<Model> models(IUpdater updater) {
    MultiLayerNetwork stack = stack(updater);
    ComputationGraph graph = stack.toComputationGraph();
    return List.of(stack, stack.clone(), graph, graph.clone());
  }

  @Test
  void isTheFunction() {
    assertThat(falling.valueAt(0, 7)).isEqualTo(1);
    assertThat(falling.valueAt(3, 7)).isEqualTo(0.25);
    assertThat(new PerEpoch(falling).valueAt(99, 3)).isEqualTo(0.25);
    assertThat(falling.clone()).isEqualTo(falling);
    assertThat(falling).isNotEqualTo(new Lambda(step -> 1.0 / (step + 1)));
  }

  /** The same formula as a lambda and as {@link Power}. */
  @Test
  void networksAndTheirClonesTrainByIt() {
    List<UnaryOperator<ISchedule>> all =
        List.of(s -> s, s -> new Warmup(s, 2), s -> ScheduleProduct.of(s, s));
    for (UnaryOperator<ISchedule> around : all) {
      List<Model> ours = models(new Nesterovs(around.apply(falling), 0.9));
      List<Model> known = models(new Nesterovs(around.apply(new Power(1, 1)), 0.9));
      for (int i = 0; i < ours.size(); i++) {
        for (int step = 0; step < 4; step++) {
          Network.of(ours.get(i)).fit(DATA);
          Network.of(known.get(i)).fit(DATA);
        }
        assertThat(Network.of(ours.get(i)).parameters().toDoubleVector())
            .isEqualTo(Network.of(known.get(i)).parameters().toDoubleVector());
      }
    }
  }

  @Test
  void aModelIsNeitherSavedNorCopiedWithoutIt() {
    for (ISchedule schedule : List.of(falling, new PerEpoch(falling))) {
      for (Model model : models(new Sgd(schedule))) {
        assertThatThrownBy(
                () -> ModelSerializer.writeModel(model, new ByteArrayOutputStream(), true))
            .hasStackTraceContaining(NOT_STORED);
        assertThatThrownBy(() -> NetworkCopy.from(model).build())
            .hasStackTraceContaining(NOT_STORED);
      }
      assertThatThrownBy(() -> NeuralNetConfiguration.mapper().writeValueAsString(schedule))
          .hasMessageStartingWith(NOT_STORED);
      assertThatThrownBy(() -> NeuralNetConfiguration.mapperYaml().writeValueAsString(schedule))
          .hasMessageStartingWith(NOT_STORED);
    }
  }

  @Test
  void javaSerializesIt() {
    Lambda copy = SerializationUtils.roundtrip(falling);
    assertThat(copy.valueAt(3, 0)).isEqualTo(0.25);
  }

  @Test
  void whatTheFunctionGivesIsChecked() {
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Lambda lambda = new Lambda(step -> step < 5 ? 0.1 : bad);
      assertThat(lambda.valueAt(4, 0)).isEqualTo(0.1);
      assertThatThrownBy(() -> lambda.valueAt(5, 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("lambda: function must give a number in [0, inf), was " + bad + " at step 5");
    }
    assertThatThrownBy(() -> new Lambda(null)).hasMessageStartingWith("lambda: function must be");
  }
}
