package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Optimizer;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Where DL4J's own updaters are wrong: each test fails the day that they are mended. */
class Dl4jUpdaterDefectsTest {

  private static final ISchedule DECAY = new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.9);

  /** What is subtracted from one parameter in each step. */
  private static double[] updates(IUpdater rule, double... gradients) {
    long size = rule.stateSize(1);
    INDArray state = size == 0 ? null : Nd4j.create(DataType.DOUBLE, 1, size);
    GradientUpdater<?> updater = rule.instantiate(state, true);
    double[] updates = new double[gradients.length];
    for (int i = 0; i < gradients.length; i++) {
      INDArray gradient = Nd4j.createFromArray(gradients[i]);
      updater.applyUpdater(gradient, i, 0);
      updates[i] = gradient.getDouble(0);
    }
    return updates;
  }

  private static double first(IUpdater rule, double gradient) {
    return updates(rule, gradient)[0];
  }

  @Test
  void nadamsFirstStepIsSixtyTimesTooLarge() {
    assertThat(first(new org.nd4j.linalg.learning.config.Nadam(1e-3), 0.1))
        .isCloseTo(0.0601, within(1e-3));
    assertThat(first(new NAdam(1e-3).updater(), 0.1)).isBetween(0.9e-3, 1.1e-3);
  }

  @Test
  void adaBeliefCannotTrain() {
    assertThatThrownBy(() -> first(new org.nd4j.linalg.learning.config.AdaBelief(1e-3), 0.1))
        .isInstanceOf(ArrayIndexOutOfBoundsException.class);
    assertThat(first(new AdaBelief(1e-3).updater(), 0.1)).isCloseTo(1.0 / 900, within(1e-9));
  }

  @Test
  void adaGradLosesItsSchedule() {
    org.nd4j.linalg.learning.config.AdaGrad theirs =
        new org.nd4j.linalg.learning.config.AdaGrad(DECAY);
    assertThat(theirs.clone().getLearningRate(0, 0)).isNaN();
    AdaGrad ours = new AdaGrad(DECAY);
    assertThat(ours.clone().getLearningRate(0, 0)).isEqualTo(0.1);
    assertThat(ours.clone().getLearningRate(2, 0)).isCloseTo(0.081, within(1e-12));
  }

  @Test
  void adaGradIgnoresEpsilon() {
    assertThat(first(new org.nd4j.linalg.learning.config.AdaGrad(0.1, 1e-10), 1e-8))
        .isLessThan(1e-5);
    assertThat(first(new AdaGrad(0.1).updater(), 1e-8)).isCloseTo(0.1 / 1.01, within(1e-9));
  }

  @Test
  void rmsPropStartsAtEpsilon() {
    assertThat(first(new org.nd4j.linalg.learning.config.RmsProp(0.1, 0.9, 1e-8), 1e-8))
        .isLessThan(1e-4);
    assertThat(first(new RMSprop(0.1).updater(), 1e-8)).isGreaterThan(0.02);
  }

  @Test
  void adaMaxIgnoresEpsilon() {
    assertThat(first(new org.nd4j.linalg.learning.config.AdaMax(1e-3, 0.9, 0.999, 1e-8), 1e-10))
        .isCloseTo(1e-3, within(1e-9));
    assertThat(first(new AdaMax(1e-3).updater(), 1e-10)).isCloseTo(1e-5, within(2e-7));
  }

  @Test
  void adamPutsEpsilonBesideTheUncorrectedRoot() {
    assertThat(first(new org.nd4j.linalg.learning.config.Adam(1e-3), 1e-8)).isLessThan(0.04e-3);
    assertThat(first(new Adam(1e-3).updater(), 1e-8)).isCloseTo(0.5e-3, within(1e-9));
  }

  @Test
  void theOnlyNumberOfNesterovsIsTheMomentum() {
    Nesterovs theirs = new Nesterovs(5e-3);
    assertThat(theirs.getLearningRate()).isEqualTo(0.1);
    assertThat(theirs.getMomentum()).isEqualTo(5e-3);
    // a gradient of 1 moves by rate (1 + momentum) in the first step
    assertThat(first(theirs, 1)).isCloseTo(0.1 * 1.005, within(1e-12));
    assertThat(first(new Nesterovs(5e-3, 0.9), 1)).isCloseTo(5e-3 * 1.9, within(1e-12));
    assertThat(first(new Nesterov(5e-3).updater(), 1)).isCloseTo(5e-3 * 1.9, within(1e-12));
  }

  @Test
  void aRateOfZeroBecomesEpsilon() {
    List<IUpdater> theirs =
        List.of(
            new org.nd4j.linalg.learning.config.Adam(0, 0.9, 0.999, 0.1),
            new org.nd4j.linalg.learning.config.AMSGrad(0, 0.9, 0.999, 0.1),
            new org.nd4j.linalg.learning.config.AdaMax(0, 0.9, 0.999, 0.1));
    assertThat(theirs).allSatisfy(rule -> assertThat(first(rule, 1)).isGreaterThan(1e-3));
    List<Optimizer> ours =
        List.of(
            new Adam(0).with(Adam.EPSILON, 0.1),
            new AMSGrad(0).with(AMSGrad.EPSILON, 0.1),
            new AdaMax(0).with(AdaMax.EPSILON, 0.1));
    assertThat(ours).allSatisfy(rule -> assertThat(first(rule.updater(), 1)).isZero());
  }

  private static MultiLayerConfiguration conf(NeuralNetConfiguration.Builder base) {
    return base.dataType(DataType.DOUBLE)
        .list()
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(1)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build())
        .build();
  }

  /** The weight, which was 1, after a step without a gradient. */
  private static double decayed(MultiLayerConfiguration conf) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    net.setParams(Nd4j.createFromArray(1.0, 1.0));
    net.fit(new DataSet(Nd4j.zeros(DataType.DOUBLE, 1, 1), Nd4j.ones(DataType.DOUBLE, 1, 1)));
    assertThat(net.getParam("0_b").getDouble(0)).as("the bias does not decay").isEqualTo(1);
    return net.getParam("0_W").getDouble(0);
  }

  @Test
  void aGlobalWeightDecayIsAppliedTwice() {
    MultiLayerConfiguration theirs =
        conf(
            new NeuralNetConfiguration.Builder()
                .updater(new org.nd4j.linalg.learning.config.Adam(0.1))
                .weightDecay(0.5));
    assertThat(((BaseLayer) theirs.getConf(0).getLayer()).getRegularization()).hasSize(2);
    assertThat(decayed(theirs)).isCloseTo(0.90, within(1e-9));

    MultiLayerConfiguration ours =
        new AdamW(0.1, 0.5).configure(conf(new NeuralNetConfiguration.Builder()));
    assertThat(decayed(ours)).isCloseTo(0.95, within(1e-9));
  }
}
