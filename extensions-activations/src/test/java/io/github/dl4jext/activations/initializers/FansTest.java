package io.github.dl4jext.activations.initializers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link LayerWeightsTest} cannot show in a network: the readings that need care. */
final class FansTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "convolution of one channel    | 25 | 150  | 6,1,5,5   | 25  | 150",
        "as many outputs as columns    | 576| 27   | 3,64,3,3  | 576 | 27",
        "the same with a stride        | 576| 6.75 | 3,64,3,3  | 576 | 27",
        "depth-wise, multiplier 3, 3x3 | 576| 27   | 3,3,64,3  | 9   | 27",
        "the same with a stride        | 576| 6.75 | 3,3,64,3  | 9   | 27",
        "point-wise from 32 to 16      | 32 | 32   | 16,32,1,1 | 32  | 16",
        "point-wise from 16 to 32      | 16 | 16   | 32,16,1,1 | 16  | 32",
        "deconvolution, stride 2       | 512| 32   | 32,8,4,4  | 128 | 512",
        "3-d convolution to 3 channels | 216| 81   | 3,8,3,3,3 | 216 | 81",
        "3-d deconvolution             | 64 | 128  | 2,2,2,16,8| 128 | 64",
        "LSTM, as many inputs as units | 8  | 16   | 8,32      | 8   | 32",
        "LSTM of one unit              | 1  | 6    | 5,4       | 5   | 4",
        "dense from one input          | 1  | 10   | 1,10      | 1   | 10",
        "dense to four times as many   | 8  | 32   | 8,32      | 8   | 32",
      })
  void isReadFromTheShape(
      String what, double givenIn, double givenOut, String shape, double in, double out) {
    assertThat(Fans.counted(givenIn, givenOut, longs(shape))).isEqualTo(new Fans(in, out));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "one channel, stride 2, or depth-wise 4x1 on 4 | 16 | 16  | 4,1,4,4",
        "3 to 3 channels, or depth-wise times 3        | 27 | 27  | 3,3,3,3",
        "LSTM of one unit on 3, or embedding of 3      | 1  | 4   | 3,4",
        "weights of a layer that is not DL4J's     | 7  | 5   | 5,7",
        "a strange convolution                         | 7  | 5   | 2,3,4,5",
        "three dimensions                              | 10 | 20  | 4,5,6",
        "a vector                                      | 10 | 20  | 30",
        "a scalar                                      | 10 | 20  | ",
      })
  void isTheHostsWhereTheShapeDoesNotTell(String what, double in, double out, String shape) {
    assertThat(Fans.counted(in, out, longs(shape))).isEqualTo(new Fans(in, out));
  }

  @Test
  void aFanBelowOneCountsAsOne() {
    VarianceScaling scaling =
        new VarianceScaling(3, VarianceScaling.Mode.FAN_IN, VarianceScaling.Distribution.UNIFORM);
    assertThat(scaling.variance(new Fans(0, 5))).isEqualTo(3);
    assertThat(scaling.variance(new Fans(0.25, 5))).isEqualTo(3);
  }

  private static long[] longs(String shape) {
    return shape == null
        ? new long[0]
        : Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
  }
}
