package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HostMemoryTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void readsAndWritesAViewAnywhereAndNothingBesideIt(DataType type) {
    INDArray whole = Nd4j.arange(100).castTo(type);
    HostMemory memory = new HostMemory(whole.get(NDArrayIndex.interval(10, 60)), 8);
    double[] numbers = new double[8];
    memory.read(40, numbers, 3);
    assertThat(numbers).startsWith(50, 51, 52, 0);
    memory.read(2, numbers, 8);
    assertThat(numbers).containsExactly(12, 13, 14, 15, 16, 17, 18, 19);
    memory.write(42, new double[] {-1, -2, -3}, 2);
    assertThat(whole.getDouble(51)).isEqualTo(51);
    assertThat(whole.getDouble(52)).isEqualTo(-1);
    assertThat(whole.getDouble(53)).isEqualTo(-2);
    assertThat(whole.getDouble(54)).isEqualTo(54);
    memory.write(49, new double[] {-4}, 1);
    assertThat(whole.getDouble(59)).isEqualTo(-4);
    assertThat(whole.getDouble(60)).isEqualTo(60);
  }

  @ParameterizedTest
  @EnumSource(names = {"HALF", "INT"})
  void refusesOtherTypes(DataType type) {
    INDArray array = Nd4j.ones(type, 3);
    assertThatThrownBy(() -> new HostMemory(array, 1))
        .hasMessage("only floats and doubles are read from memory, was " + type);
  }
}
