package io.github.dl4jext.regularization.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.InvalidArgumentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class MixupTest {

  /** The numbers 0 to n - 1 as features, and as one-hot labels: shares can be read off them. */
  private static DataSet counted(int n) {
    return new DataSet(
        Nd4j.arange(n).castTo(DataType.DOUBLE).reshape(n, 1), Nd4j.eye(n).castTo(DataType.DOUBLE));
  }

  private static double[] shares(double alpha, long seed, int n) {
    DataSet data = counted(n);
    new Mixup(alpha, seed).preProcess(data);
    INDArray own = Nd4j.diag(data.getLabels());
    return own.data().asDouble();
  }

  @Test
  void featuresAndLabelsAreMixedAlike() {
    int n = 64;
    DataSet data = counted(n);
    new Mixup(0.7, 5).preProcess(data);
    INDArray labels = data.getLabels();
    INDArray numbers = Nd4j.arange(n).castTo(DataType.DOUBLE).reshape(n, 1);
    assertThat(labels.sum(1).sub(1).amaxNumber().doubleValue()).isLessThan(1e-15);
    assertThat(labels.mmul(numbers).sub(data.getFeatures()).amaxNumber().doubleValue())
        .isLessThan(1e-13);
    assertThat(labels.gt(0).castTo(DataType.INT32).sum(1).maxNumber().intValue())
        .as("of two examples")
        .isEqualTo(2);
    // each example is partner once: the shares of a class add up to those given and taken
    assertThat(labels.sumNumber().doubleValue()).isCloseTo(n, within(1e-12));
  }

  @Test
  void sharesHaveTheBetaDistribution() {
    int n = 1000;
    for (double alpha : new double[] {0.2, 1, 4}) {
      double[] shares = shares(alpha, 7, n);
      double p =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(new BetaDistribution(alpha, alpha), shares);
      assertThat(p).as("Kolmogorov-Smirnov, alpha %s", alpha).isGreaterThan(1e-4);
      double mean = java.util.Arrays.stream(shares).average().orElseThrow();
      double deviation = Math.sqrt(1 / (8 * alpha + 4) / n);
      double quantile = new NormalDistribution().inverseCumulativeProbability(1 - 1e-6);
      assertThat(mean).isCloseTo(0.5, within(quantile * deviation));
    }
  }

  @Test
  void aSeedRepeatsTheMixtures() {
    assertThat(shares(0.4, 11, 32)).isEqualTo(shares(0.4, 11, 32));
    assertThat(shares(0.4, 11, 32)).isNotEqualTo(shares(0.4, 12, 32));
    Mixup mixup = new Mixup(0.4, 11);
    DataSet first = counted(8);
    DataSet second = counted(8);
    mixup.preProcess(first);
    mixup.preProcess(second);
    assertThat(second.getFeatures()).as("another batch").isNotEqualTo(first.getFeatures());
  }

  @Test
  void anyShapeIsMixedAndWhatWasGivenIsKept() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      INDArray images = Nd4j.rand(type, 6, 3, 4, 5);
      INDArray labels = Nd4j.rand(type, 6, 2);
      INDArray before = images.dup();
      DataSet data = new DataSet(images, labels);
      new Mixup(1, 3).preProcess(data);
      assertThat(images).isEqualTo(before);
      assertThat(data.getFeatures().shape()).isEqualTo(images.shape());
      assertThat(data.getFeatures().dataType()).isEqualTo(type);
      assertThat(data.getFeatures()).isNotEqualTo(images);
      assertThat(data.getFeatures().maxNumber().doubleValue())
          .isLessThanOrEqualTo(images.maxNumber().doubleValue());
    }
    DataSet one = counted(1);
    new Mixup(1, 3).preProcess(one);
    assertThat(one.getFeatures().getDouble(0)).isZero();
  }

  @Test
  void allArraysOfAMultiDataSetAreMixedAlike() {
    DataSet alone = counted(16);
    new Mixup(0.5, 9).preProcess(alone);
    DataSet given = counted(16);
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {given.getFeatures(), given.getFeatures().mul(2)},
            new INDArray[] {given.getLabels(), given.getFeatures().add(0.5)});
    new Mixup(0.5, 9).preProcess(data);
    assertThat(data.getFeatures(0)).isEqualTo(alone.getFeatures());
    assertThat(data.getFeatures(1)).isEqualTo(alone.getFeatures().mul(2));
    assertThat(data.getLabels(0)).isEqualTo(alone.getLabels());
    assertThat(data.getLabels(1)).isEqualTo(alone.getFeatures().add(0.5));
  }

  @Test
  void classNumbersMasksAndWholeFeaturesAreRefused() {
    Mixup mixup = new Mixup(0.2, 1);
    INDArray x = Nd4j.rand(4, 3);
    INDArray classes = Nd4j.createFromArray(0f, 2f, 1f, 2f).reshape(4, 1);
    for (INDArray labels :
        List.of(classes, classes.castTo(DataType.INT32), Nd4j.eye(4).castTo(DataType.INT64))) {
      assertThatThrownBy(() -> mixup.preProcess(new DataSet(x, labels)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("mixup: labels must be one-hot, or quantities");
    }
    mixup.preProcess(new DataSet(x, Nd4j.createFromArray(0f, 1f, 1f, 0f).reshape(4, 1)));
    assertThatThrownBy(
            () -> mixup.preProcess(new DataSet(x.castTo(DataType.UINT8), Nd4j.rand(4, 2))))
        .hasMessage(
            "mixup: features must be floating-point numbers, were UBYTE; let a normalizer come"
                + " first");
    assertThatThrownBy(
            () ->
                mixup.preProcess(
                    new DataSet(Nd4j.rand(4, 3, 5), Nd4j.rand(4, 2), Nd4j.ones(4, 5), null)))
        .hasMessageStartingWith("mixup: examples with masks cannot be mixed");
    assertThatThrownBy(() -> new Mixup(0, 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("mixup: alpha must be a number in (0, inf), was 0.0");
  }

  @Test
  void mixesWhatItsIteratorHandsOutAtEachEpochAnew() {
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(counted(8).asList(), 4);
    batches.setPreProcessor(new Mixup(1, 2));
    INDArray first = batches.next().getFeatures().dup();
    batches.reset();
    INDArray second = batches.next().getFeatures();
    assertThat(second).isNotEqualTo(first);
    assertThat(first.maxNumber().doubleValue()).isLessThanOrEqualTo(3);
    assertThat(counted(8).asList().get(3).getFeatures().getDouble(0)).isEqualTo(3);
  }

  @Test
  void survivesJavaSerializationWithItsState() throws IOException, ClassNotFoundException {
    Mixup mixup = new Mixup(0.3, 4);
    mixup.preProcess(counted(5));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(mixup);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Mixup read = (Mixup) in.readObject();
      DataSet goesOn = counted(6);
      DataSet expected = counted(6);
      read.preProcess(goesOn);
      mixup.preProcess(expected);
      assertThat(goesOn.getFeatures().data().asDouble())
          .isEqualTo(expected.getFeatures().data().asDouble());
    }
  }

  @Test
  void goesOnAfterABreak() {
    Mixup whole = new Mixup(0.4, 11);
    List<DataSet> batches = List.of(counted(8), counted(5), counted(8));
    batches.forEach(whole::preProcess);
    DataSet third = counted(8);
    new Mixup(0.4, 11).startAt(2).preProcess(third);
    assertThat(third.getFeatures()).isEqualTo(batches.get(2).getFeatures());
    assertThatThrownBy(() -> new Mixup(0.4, 11).startAt(-1))
        .hasMessage("mixup: batch must be at least 0, was -1");
  }
}
