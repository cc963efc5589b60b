package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Optimizer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A linear regression in SameDiff, whose weights must go where the optimizer alone takes them. */
final class SameDiffRegression {

  private static final int STEPS = 7;

  private SameDiffRegression() {}

  static void assertFollows(Optimizer optimizer) {
    Nd4j.getRandom().setSeed(3);
    INDArray features = Nd4j.randn(DataType.DOUBLE, 6, 3);
    INDArray labels = Nd4j.randn(DataType.DOUBLE, 6, 2);
    INDArray start = Nd4j.randn(DataType.DOUBLE, 3, 2);

    INDArray trained = train(optimizer, new DataSet(features, labels), start);

    Descent descent = Descent.of(optimizer, start.reshape('c', new long[] {6}));
    for (int i = 0; i < STEPS; i++) {
      INDArray weights = descent.parameters().reshape('c', 3, 2);
      INDArray error = features.mmul(weights).subi(labels);
      INDArray gradient = features.transpose().mmul(error).muli(2.0 / labels.length());
      descent.step(gradient.dup('c').reshape('c', new long[] {6}));
    }
    INDArray expected = descent.parameters().reshape('c', 3, 2);
    assertThat(trained).isNotEqualTo(start);
    assertThat(trained.equalsWithEps(expected, 1e-10))
        .as("%s in SameDiff%n%s%nalone%n%s", optimizer, trained, expected)
        .isTrue();
  }

  private static INDArray train(Optimizer optimizer, DataSet data, INDArray start) {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 3);
    SDVariable target = graph.placeHolder("target", DataType.DOUBLE, -1, 2);
    SDVariable weights = graph.var("weights", start.dup());
    SDVariable error = in.mmul(weights).sub(target);
    graph.math().square(error).mean("loss");
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(optimizer.updater())
            .regularization(optimizer.regularizations())
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("target")
            .build());
    for (int i = 0; i < STEPS; i++) {
      graph.fit(data);
    }
    return weights.getArr().dup('c');
  }
}
