package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Plugins;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

/**
 * Tests what every regularization must do.
 *
 * <ul>
 *   <li>If it acts before the updater, it adds to the gradient exactly the gradient of what it adds
 *       to the score. If it acts after the updater, it adds nothing to the score.
 *   <li>It acts once per step, adds to the array that it is given, and does not change the weights.
 *   <li>It is saved with a network, whose training resumes bit by bit.
 *   <li>It satisfies {@link StoredPluginContract}.
 * </ul>
 */
public abstract class RegularizationContract extends StoredPluginContract<Regularization> {

  @Override
  protected final Class<Regularization> kind() {
    return Regularization.class;
  }

  private static INDArray weights(DataType type) {
    // not 0, where |w| has no derivative, and not so near to 0 that a difference would cross it
    return Nd4j.linspace(DataType.DOUBLE, -2.1, 0.37, 12).castTo(type).reshape('f', 4, 3);
  }

  /** Computes what a regularization adds to a gradient or an update. */
  private static INDArray added(Regularization term, INDArray weights, INDArray to, double rate) {
    INDArray flat = to.dup();
    term.apply(weights.reshape('f', new long[] {weights.length()}), flat, rate, 3, 1);
    return flat.sub(to);
  }

  @Test
  final void whatItAddsToTheGradientIsTheGradientOfItsScore() {
    Regularization term = create();
    INDArray weights = weights(DataType.DOUBLE);
    if (term.applyStep() == ApplyStep.POST_UPDATER) {
      assertThat(term.score(weights, 3, 1)).isZero();
      return;
    }
    INDArray gradient = added(term, weights, Nd4j.zeros(DataType.DOUBLE, 12), 0.5);
    INDArray flat = weights.reshape('f', new long[] {12});
    double h = 1e-4;
    for (int i = 0; i < 12; i++) {
      double weight = flat.getDouble(i);
      flat.putScalar(i, weight + h);
      double above = term.score(weights, 3, 1);
      flat.putScalar(i, weight - h);
      double below = term.score(weights, 3, 1);
      flat.putScalar(i, weight);
      assertThat(gradient.getDouble(i)).isCloseTo((above - below) / (2 * h), within(1e-9));
    }
  }

  @Test
  final void addsToWhatThereIsAndLeavesTheWeightsAlone() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      INDArray weights = weights(type);
      INDArray before = weights.dup();
      INDArray fromZero = added(create(), weights, Nd4j.zeros(type, 12), 0.5);
      INDArray fromOne = added(create(), weights, Nd4j.ones(type, 12), 0.5);
      assertThat(Networks.numbers(weights)).isEqualTo(Networks.numbers(before));
      assertThat(fromZero.dataType()).isEqualTo(type);
      assertThat(fromZero.amaxNumber().doubleValue()).isPositive();
      for (int i = 0; i < 12; i++) {
        assertThat(fromOne.getDouble(i)).isCloseTo(fromZero.getDouble(i), within(1e-6));
      }
    }
  }

  @Test
  final void clonesAreEqual() {
    Regularization term = create();
    assertThat(term.clone()).isEqualTo(term).hasSameHashCodeAs(term).isNotSameAs(term);
  }

  @Test
  final void networksAreSavedAndTrainOnBitByBit() {
    List<String> specs = new ArrayList<>(otherSpecs());
    specs.add(spec());
    for (String spec : specs) {
      Regularization term = Plugins.installed().create(Regularization.class, spec);
      Networks.assertResumes(Networks.multiLayer(b -> regularized(b, term)));
      Networks.assertResumes(Networks.graph(b -> regularized(b, term)));
    }
  }

  @Test
  final void actsOncePerStep() {
    Regularization term = create();
    MultiLayerNetwork with = Networks.multiLayer(b -> regularized(b.updater(new Sgd(0.5)), term));
    MultiLayerNetwork without = Networks.multiLayer(b -> b.updater(new Sgd(0.5)));
    INDArray weights = with.getParam("0_W").dup('f');
    Networks.fitOnce(with);
    Networks.fitOnce(without);
    INDArray pulled = without.getParam("0_W").sub(with.getParam("0_W")).dup('f');
    INDArray expected = Nd4j.zeros(DataType.DOUBLE, weights.length());
    term.apply(weights.reshape('f', new long[] {weights.length()}), expected, 0.5, 0, 0);
    if (term.applyStep() == ApplyStep.BEFORE_UPDATER) {
      expected.muli(0.5);
    }
    for (int i = 0; i < expected.length(); i++) {
      assertThat(pulled.data().getDouble(i)).isCloseTo(expected.getDouble(i), within(1e-14));
    }
  }

  private static DenseLayer.Builder regularized(DenseLayer.Builder builder, Regularization term) {
    builder.regularization(new ArrayList<>(List.of(term)));
    return builder;
  }
}
