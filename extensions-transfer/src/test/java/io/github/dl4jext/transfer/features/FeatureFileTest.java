package io.github.dl4jext.transfer.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class FeatureFileTest {

  @TempDir Path folder;
  private Path file;

  private final List<MultiDataSet> batches =
      List.of(
          new org.nd4j.linalg.dataset.MultiDataSet(
              new INDArray[] {
                Nd4j.rand(DataType.DOUBLE, 3, 4, 5), Nd4j.rand(DataType.FLOAT, 3, 2).dup('f')
              },
              new INDArray[] {Nd4j.arange(3).castTo(DataType.INT32)},
              new INDArray[] {null, Nd4j.ones(DataType.DOUBLE, 3, 1)},
              null),
          new org.nd4j.linalg.dataset.MultiDataSet(
              new INDArray[] {Nd4j.rand(DataType.DOUBLE, 2, 7).getColumns(1, 3)},
              new INDArray[] {Nd4j.rand(DataType.FLOAT16, 2, 2), Nd4j.scalar(5L)},
              null,
              new INDArray[] {Nd4j.rand(DataType.DOUBLE, 2, 2), null}));

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("some.features");
    FeatureFile.write(file, batches.iterator());
  }

  /** Arrays and primitives that lie across the seams, too. */
  @ParameterizedTest
  @ValueSource(longs = {1, 7, 64, MappedFile.SEGMENT})
  void isReadAsItWasWrittenWhateverTheSegments(long segment) throws IOException {
    assertThat(FeatureFile.isWhole(file)).isTrue();
    try (FeatureFile.Reader reader = new FeatureFile.Reader(new MappedFile(file, segment))) {
      for (int pass = 0; pass < 2; pass++) {
        List<MultiDataSet> read = new ArrayList<>();
        reader.forEach(read::add);
        assertThat(read).hasSameSizeAs(batches);
        for (int i = 0; i < read.size(); i++) {
          MultiDataSet actual = read.get(i);
          MultiDataSet expected = batches.get(i);
          assertSame(actual.getFeatures(), expected.getFeatures());
          assertSame(actual.getLabels(), expected.getLabels());
          assertSame(actual.getFeaturesMaskArrays(), expected.getFeaturesMaskArrays());
          assertSame(actual.getLabelsMaskArrays(), expected.getLabelsMaskArrays());
        }
      }
    }
  }

  private static void assertSame(INDArray[] actual, INDArray[] expected) {
    if (expected == null) {
      assertThat(actual).isNull();
      return;
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] == null) {
        assertThat(actual[i]).isNull();
      } else {
        assertThat(actual[i].dataType()).isEqualTo(expected[i].dataType());
        assertThat(actual[i].ordering()).isEqualTo(expected[i].ordering());
        assertThat(actual[i].shape()).isEqualTo(expected[i].shape());
        assertThat(actual[i].equalsWithEps(expected[i], 0)).isTrue();
      }
    }
  }

  @Test
  void anIteratorBeginsAnewAndEnds() throws IOException {
    try (FeatureFile.Reader reader = new FeatureFile.Reader(file)) {
      reader.iterator().next();
      Iterator<MultiDataSet> again = reader.iterator();
      again.next();
      again.next();
      assertThat(again).isExhausted();
      assertThatThrownBy(again::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void damageIsSeenWhereverItIs() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i += 13) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 1;
      Files.write(file, flipped);
      assertThat(FeatureFile.isWhole(file)).as("byte " + i).isFalse();
    }
    for (int length = 0; length < whole.length; length += 17) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(FeatureFile.isWhole(file)).as(length + " bytes").isFalse();
    }
  }

  /** Well summed up, but of another program or another machine. */
  @ParameterizedTest
  @ValueSource(ints = {0, 11, 12})
  void anotherFormatIsNotRead(int position) throws IOException {
    byte[] other = Files.readAllBytes(file);
    other[position] ^= 1;
    CRC32 sum = new CRC32();
    sum.update(other, 0, other.length - Long.BYTES);
    ByteBuffer.wrap(other).putLong(other.length - Long.BYTES, sum.getValue());
    Files.write(file, other);
    assertThat(FeatureFile.isWhole(file)).isFalse();
  }

  @Test
  void whatIsCutOffWhileItIsWrittenLeavesNothing() throws IOException {
    Path next = folder.resolve("next.features");
    Iterator<MultiDataSet> breaks = Stream.of(batches.get(0), (MultiDataSet) null).iterator();
    assertThatThrownBy(() -> FeatureFile.write(next, breaks))
        .isInstanceOf(NullPointerException.class);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aClosedFileSaysSo() throws IOException {
    MappedFile mapped = new MappedFile(file);
    assertThatThrownBy(() -> mapped.readFully(ByteBuffer.allocate(1 << 20)))
        .isInstanceOf(EOFException.class);
    assertThat(mapped.readAllBytes()).isEqualTo(Files.readAllBytes(file));
    mapped.rewind();
    mapped.close();
    assertThatThrownBy(mapped::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
  }
}
