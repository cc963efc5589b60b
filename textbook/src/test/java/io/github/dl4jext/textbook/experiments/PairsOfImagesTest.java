package io.github.dl4jext.textbook.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.textbook.experiments.PairsOfImages.Pairs;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** The pairs, of which half are of one class. */
class PairsOfImagesTest {

  private static final int PAIRS = 400;

  private final LabelledImages images =
      DataSource.load(DataSource.EMBEDDED).firstTrain(300).train();

  private final Pairs pairs = Pairs.of(images, PAIRS, 7);

  @Test
  void halfOfThePairsAreOfOneClass() {
    int same = 0;
    for (int i = 0; i < PAIRS; i++) {
      same += pairs.isSame(i) ? 1 : 0;
    }
    assertThat(pairs.size()).isEqualTo(PAIRS);
    assertThat(same).isEqualTo(PAIRS / 2);
  }

  @Test
  void noImageIsAPairWithItselfAndAllClassesTakePart() {
    Set<Integer> classes = new HashSet<>();
    for (int i = 0; i < PAIRS; i++) {
      assertThat(pairs.first().get(i)).isNotEqualTo(pairs.second().get(i));
      classes.add(images.label(pairs.first().get(i)));
    }
    assertThat(classes).hasSize(10);
  }

  @Test
  void aBatchHasTheImagesOfItsPairsAndSaysWhetherTheyAreOfOneClass() {
    MultiDataSet batch = pairs.batch(10, 30);
    INDArray all = images.features();
    assertThat(batch.getFeatures(0).shape()).containsExactly(20, LabelledImages.PIXELS);
    for (int i = 0; i < 20; i++) {
      int one = pairs.first().get(10 + i);
      int two = pairs.second().get(10 + i);
      assertThat(batch.getFeatures(0).getRow(i)).isEqualTo(all.getRow(one));
      assertThat(batch.getFeatures(1).getRow(i)).isEqualTo(all.getRow(two));
      assertThat(batch.getLabels(0).getInt(i, 0))
          .isEqualTo(images.label(one) == images.label(two) ? 1 : 0);
    }
  }

  @Test
  void theSeedDecides() {
    assertThat(Pairs.of(images, PAIRS, 7).first()).isEqualTo(pairs.first());
    assertThat(Pairs.of(images, PAIRS, 8).first()).isNotEqualTo(pairs.first());
  }

  @Test
  void imagesThatHaveNoPairsAreRefused() {
    LabelledImages one = DataSource.load(DataSource.EMBEDDED).firstTrain(1).train();
    assertThatThrownBy(() -> Pairs.of(one, 2, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there are 1 images of 1 classes; take more images");
  }
}
