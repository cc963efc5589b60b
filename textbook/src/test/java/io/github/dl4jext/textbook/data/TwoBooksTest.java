package io.github.dl4jext.textbook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.textbook.data.TwoBooks.Piece;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two texts that the program has. */
class TwoBooksTest {

  private final List<Piece> pieces = TwoBooks.pieces(10);

  @Test
  void theyBeginAsTheBooksDo() {
    assertThat(String.join(" ", pieces.get(0).words()))
        .isEqualTo("alice was beginning to get very tired of sitting by");
    assertThat(pieces.get(0).book()).isZero();
    Piece poem = pieces.stream().filter(piece -> piece.book() == 1).findFirst().orElseThrow();
    assertThat(String.join(" ", poem.words()))
        .isEqualTo("of man's first disobedience and the fruit of that forbidden");
  }

  @Test
  void thereAreAboutAsManyPiecesOfEach() {
    assertThat(pieces).allSatisfy(piece -> assertThat(piece.words()).hasSize(10));
    assertThat(pieces).filteredOn(piece -> piece.book() == 0).hasSizeBetween(500, 600);
    assertThat(pieces).filteredOn(piece -> piece.book() == 1).hasSizeBetween(500, 600);
  }

  @Test
  void noWordsNoPiece() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TwoBooks.pieces(0))
        .withMessage("a piece must have at least 1 word, was 0");
  }
}
