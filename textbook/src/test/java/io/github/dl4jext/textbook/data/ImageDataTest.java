package io.github.dl4jext.textbook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageDataTest {
  /** Random pixels; pixel 0 is 7 in all training images, label of image i is i mod 10. */
  private static LabelledImages random(int n, long seed) {
    byte[] pixels = new byte[n * LabelledImages.PIXELS];
    new Random(seed).nextBytes(pixels);
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (byte) (i % 10);
      pixels[i * LabelledImages.PIXELS] = 7;
    }
    return new LabelledImages(ImageData.FASHION, pixels, labels, PixelScale.unit());
  }

  private static ImageData data() {
    LabelledImages test = random(20, 2);
    byte[] first = test.pixels(0);
    byte[] pixels = new byte[LabelledImages.PIXELS];
    System.arraycopy(first, 0, pixels, 0, pixels.length);
    pixels[0] = (byte) 255;
    return new ImageData(
        "some",
        random(50, 1),
        new LabelledImages(ImageData.FASHION, pixels, new byte[] {3}, PixelScale.unit()));
  }

  @Test
  void everyByteBecomesItsShareOf255() {
    byte[] pixels = new byte[LabelledImages.PIXELS];
    for (int i = 0; i < 256; i++) {
      pixels[i] = (byte) i;
    }
    INDArray x =
        new LabelledImages(ImageData.FASHION, pixels, new byte[1], PixelScale.unit()).features();
    assertThat(x.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(x.shape()).containsExactly(1, 784);
    for (int i = 0; i < 256; i++) {
      assertThat(x.getFloat(0, i)).isEqualTo(i / 255f);
    }
  }

  @Test
  void labelsAreOneHot() {
    INDArray y = data().train().labels();
    assertThat(y.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(y.shape()).containsExactly(50, 10);
    for (int i = 0; i < 50; i++) {
      for (int c = 0; c < 10; c++) {
        assertThat(y.getFloat(i, c)).isEqualTo(c == i % 10 ? 1f : 0f);
      }
    }
  }

  @Test
  void theLastTrainingImagesBecomeTheValidationPart() {
    ImageData all = data();
    ImageData held = all.holdOut(8);
    assertThat(held.train().size()).isEqualTo(42);
    assertThat(held.validation().size()).isEqualTo(8);
    assertThat(held.validation().pixels(0)).isEqualTo(all.train().pixels(42));
    assertThat(held.validation().label(7)).isEqualTo(all.train().label(49));
    assertThat(held.train().pixels(41)).isEqualTo(all.train().pixels(41));
    assertThat(all.validation().size()).isZero();
    assertThat(all.train().size()).isEqualTo(50);
  }

  @Test
  void oneCanHoldOutNeitherEverythingNorNothingNorTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data().holdOut(50))
        .withMessageContaining("from 1 to 49, was 50");
    assertThatIllegalArgumentException().isThrownBy(() -> data().holdOut(0));
    assertThatIllegalStateException().isThrownBy(() -> data().holdOut(5).holdOut(5));
  }

  @Test
  void anEmptyPartSaysWhyItHasNoFeatures() {
    assertThatIllegalStateException()
        .isThrownBy(() -> data().validation().features())
        .withMessageContaining("holdOut");
    assertThatIllegalStateException().isThrownBy(() -> data().validation().labels());
  }

  @Test
  void standardisedTrainingPixelsHaveMean0AndDeviation1() {
    INDArray x = data().standardised().train().features();
    for (int j = 1; j < LabelledImages.PIXELS; j++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 50; i++) {
        double v = x.getDouble(i, j);
        sum += v;
        squares += v * v;
      }
      assertThat(sum / 50).isCloseTo(0, within(1e-6));
      assertThat(squares / 50).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void validationAndTestAreStandardisedByTheTrainingPart() {
    ImageData held = data().holdOut(10).standardised();
    int j = 400;
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < 40; i++) {
      double x = (held.train().pixels(i)[j] & 0xff) / 255.0;
      mean += x / 40;
      squares += x * x / 40;
    }
    double deviation = Math.sqrt(squares - mean * mean);
    double expected = ((held.validation().pixels(3)[j] & 0xff) / 255.0 - mean) / deviation;
    assertThat(held.validation().features().getDouble(3, j)).isCloseTo(expected, within(1e-5));
    double inTest = ((held.test().pixels(0)[j] & 0xff) / 255.0 - mean) / deviation;
    assertThat(held.test().features().getDouble(0, j)).isCloseTo(inTest, within(1e-5));
  }

  @Test
  void itDoesNotMatterWhetherOneHoldsOutOrStandardisesFirst() {
    INDArray one = data().holdOut(10).standardised().validation().features();
    INDArray other = data().standardised().holdOut(10).validation().features();
    assertThat(one).isEqualTo(other);
    assertThat(data().standardised().holdOut(10).isStandardised()).isTrue();
  }

  @Test
  void aConstantPixelIsShiftedAndNeverDividedBy0() {
    ImageData data = data().standardised();
    assertThat(data.train().features().getFloat(17, 0)).isZero();
    // The test image has 255 there, the training images 7.
    assertThat(data.test().features().getFloat(0, 0)).isEqualTo(248 / 255f);
    assertThat(data.test().features().isNaN().any()).isFalse();
  }

  @Test
  void theFirstTrainingImagesAloneCanBeKept() {
    ImageData few = data().holdOut(10).firstTrain(5);
    assertThat(few.train().size()).isEqualTo(5);
    assertThat(few.validation().size()).isEqualTo(10);
    assertThat(few.train().pixels(4)).isEqualTo(data().train().pixels(4));
    assertThatIllegalArgumentException().isThrownBy(() -> data().firstTrain(51));
  }

  @Test
  void someClassesCanBeKeptAndAreRenumbered() {
    ImageData two = data().holdOut(10).onlyClasses(2, 0);
    assertThat(two.classNames()).containsExactly("Pullover", "T-shirt/top");
    assertThat(two.train().size()).isEqualTo(8);
    assertThat(two.validation().classCounts()).containsExactly(1, 1);
    assertThat(two.test().size()).isZero();
    // Images 0 and 2 are the first of their classes.
    assertThat(two.train().label(0)).isEqualTo(1);
    assertThat(two.train().label(1)).isZero();
    assertThat(two.train().pixels(1)).isEqualTo(data().train().pixels(2));
    assertThatIllegalArgumentException().isThrownBy(() -> data().onlyClasses());
    assertThatIllegalArgumentException().isThrownBy(() -> data().onlyClasses(10));
    assertThatIllegalArgumentException().isThrownBy(() -> data().onlyClasses(1, 1));
  }

  @Test
  void nobodyCanChangeTheImages() {
    ImageData data = data();
    byte[] before = data.train().pixels(0);
    data.train().pixels(0)[5]++;
    data.train().features().muli(0);
    assertThat(data.train().pixels(0)).isEqualTo(before);
    assertThat(data.train().features().sumNumber().doubleValue()).isGreaterThan(0);
  }
}
