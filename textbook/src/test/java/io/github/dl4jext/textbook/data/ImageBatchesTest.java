package io.github.dl4jext.textbook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class ImageBatchesTest {
  private static final int N = 103;

  /** Image i has i as its first pixel, and the label i mod 10. */
  private static LabelledImages numbered() {
    byte[] pixels = new byte[N * LabelledImages.PIXELS];
    byte[] labels = new byte[N];
    for (int i = 0; i < N; i++) {
      pixels[i * LabelledImages.PIXELS] = (byte) i;
      labels[i] = (byte) (i % 10);
    }
    return new LabelledImages(ImageData.FASHION, pixels, labels, PixelScale.unit());
  }

  /**
   * The numbers of the images, in the order that they come in; checks that each has its own label.
   */
  private static List<Integer> drain(DataSetIterator batches) {
    List<Integer> images = new ArrayList<>();
    while (batches.hasNext()) {
      DataSet batch = batches.next();
      for (int row = 0; row < batch.numExamples(); row++) {
        int image = Math.round(batch.getFeatures().getFloat(row, 0) * 255);
        assertThat(batch.getLabels().getRow(row).argMax().getInt(0)).isEqualTo(image % 10);
        images.add(image);
      }
    }
    return images;
  }

  private static List<Integer> epoch(DataSetIterator batches) {
    List<Integer> images = drain(batches);
    batches.reset();
    return images;
  }

  @Test
  void everyEpochHasEveryImageOnceInANewOrder() {
    DataSetIterator batches = numbered().shuffledBatches(10, 1);
    List<Integer> all = IntStream.range(0, N).boxed().toList();
    List<Integer> first = epoch(batches);
    List<Integer> second = epoch(batches);
    assertThat(first).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
    assertThat(second).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(first);
  }

  @Test
  void theOrderComesFromTheSeed() {
    DataSetIterator one = numbered().shuffledBatches(10, 1);
    DataSetIterator same = numbered().shuffledBatches(32, 1);
    DataSetIterator other = numbered().shuffledBatches(10, 2);
    List<Integer> first = epoch(one);
    assertThat(first).isEqualTo(epoch(same)).isNotEqualTo(epoch(other));
    List<Integer> second = epoch(one);
    assertThat(second).isEqualTo(epoch(same)).isNotEqualTo(epoch(other));
    // A seed's second epoch is not the next seed's first.
    assertThat(epoch(numbered().shuffledBatches(10, 2))).isNotEqualTo(second);
  }

  @Test
  void resettingTwiceOrBeforeTheFirstBatchSkipsNoOrder() {
    DataSetIterator plain = numbered().shuffledBatches(10, 1);
    DataSetIterator nervous = numbered().shuffledBatches(10, 1);
    nervous.reset();
    assertThat(drain(nervous)).isEqualTo(epoch(plain));
    nervous.reset();
    nervous.reset();
    assertThat(drain(nervous)).isEqualTo(epoch(plain));
  }

  @Test
  void anEpochLeftHalfWayIsOver() {
    DataSetIterator plain = numbered().shuffledBatches(10, 1);
    epoch(plain);
    DataSetIterator left = numbered().shuffledBatches(10, 1);
    left.next();
    left.reset();
    assertThat(drain(left)).isEqualTo(drain(plain));
  }

  @Test
  void theLastBatchHasWhatIsLeftOver() {
    DataSetIterator batches = numbered().shuffledBatches(50, 1);
    assertThat(batches.next().numExamples()).isEqualTo(50);
    assertThat(batches.next().numExamples()).isEqualTo(50);
    assertThat(batches.next().numExamples()).isEqualTo(3);
    assertThat(batches.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(batches::next)
        .withMessageContaining("reset()");
  }

  @Test
  void evaluationKeepsTheOrderInEveryEpoch() {
    DataSetIterator batches = numbered().batches(40);
    List<Integer> all = IntStream.range(0, N).boxed().toList();
    assertThat(epoch(batches)).isEqualTo(all);
    assertThat(epoch(batches)).isEqualTo(all);
  }

  @Test
  void itTellsWhatItHas() {
    DataSetIterator batches = numbered().shuffledBatches(32, 1);
    assertThat(batches.batch()).isEqualTo(32);
    assertThat(batches.inputColumns()).isEqualTo(784);
    assertThat(batches.totalOutcomes()).isEqualTo(10);
    assertThat(batches.getLabels()).isEqualTo(ImageData.FASHION);
    assertThat(batches.resetSupported()).isTrue();
    assertThat(batches.next(7).getFeatures().shape()).containsExactly(7, 784);
    assertThatIllegalArgumentException().isThrownBy(() -> batches.next(0));
    assertThatIllegalArgumentException().isThrownBy(() -> numbered().batches(0));
  }

  @Test
  void batchesAreSinglePrecisionWhateverTheDefaultType() {
    DataType before = Nd4j.defaultFloatingPointType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      DataSet batch = numbered().batches(4).next();
      assertThat(batch.getFeatures().dataType()).isEqualTo(DataType.FLOAT);
      assertThat(batch.getLabels().dataType()).isEqualTo(DataType.FLOAT);
    } finally {
      Nd4j.setDefaultDataTypes(before, before);
    }
  }

  @Test
  void aPreProcessorSeesEachBatchOnce() {
    DataSetIterator batches = numbered().batches(4);
    batches.setPreProcessor(batch -> batch.getFeatures().addi(1));
    assertThat(batches.next().getFeatures().getFloat(0, 0)).isEqualTo(1f);
    assertThat(batches.getPreProcessor()).isNotNull();
  }

  @Test
  void aSerializedIteratorGoesOnWhereItWas() throws Exception {
    DataSetIterator batches = numbered().shuffledBatches(10, 1);
    epoch(batches);
    batches.next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(batches);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      DataSetIterator copy = (DataSetIterator) in.readObject();
      assertThat(epoch(copy)).isEqualTo(epoch(batches));
      assertThat(epoch(copy)).isEqualTo(epoch(batches));
    }
  }
}
