package io.github.dl4jext.textbook.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.textbook.experiments.HiddenWords.Examples;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which word is hidden, and what is left to tell it from. */
class HiddenWordsTest {

  @Test
  void eachKnownWordIsHiddenOnceAndTheOthersStay() {
    Examples hidden =
        new Examples(List.of(new int[] {4, 0, 7}, new int[] {7, 5, 4}), List.of(0, 1))
            .hidingWords();
    assertThat(hidden.answers()).containsExactly(4, 7, 7, 5, 4);
    assertThat(hidden.words())
        .containsExactly(
            new int[] {0, 7},
            new int[] {4, 0},
            new int[] {5, 4},
            new int[] {7, 4},
            new int[] {7, 5});
  }

  @Test
  void wordsAndAnswersAreShuffledTogether() {
    List<int[]> words = IntStream.range(0, 50).mapToObj(i -> new int[] {i}).toList();
    Examples mixed = new Examples(words, words.stream().map(row -> row[0]).toList()).shuffled(3);
    assertThat(mixed.answers()).isNotEqualTo(words.stream().map(row -> row[0]).toList());
    assertThat(mixed.words().stream().map(row -> row[0]).toList()).isEqualTo(mixed.answers());
  }
}
