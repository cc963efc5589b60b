package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The beginnings of two old books, each about 29,000 characters: a tale in prose and a poem. The
 * file beside them says where they come from; both are in the public domain.
 */
public final class TwoBooks {

  /** What they are called, by label. */
  public static final List<String> TITLES =
      List.of("Alice's Adventures in Wonderland", "Paradise Lost");

  private static final List<String> FILES = List.of("alice.txt", "paradise-lost.txt");
  private static final Pattern WORD = Pattern.compile("[a-z]+(?:'[a-z]+)?");

  /**
   * Some words that stand one after the other in a book.
   *
   * @param words in small letters, without punctuation
   * @param book the index of its title in {@link #TITLES}
   */
  public record Piece(List<String> words, int book) {}

  private TwoBooks() {}

  /**
   * Cuts both books into pieces of the same length; the words left over at the end are not in any.
   *
   * @param length in words, at least 1
   * @return the pieces of the first book in their order, then those of the second
   * @throws IllegalArgumentException if the length is below 1
   */
  public static List<Piece> pieces(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("a piece must have at least 1 word, was " + length);
    }
    List<Piece> pieces = new ArrayList<>();
    for (int book = 0; book < FILES.size(); book++) {
      List<String> words = words(FILES.get(book));
      for (int from = 0; from + length <= words.size(); from += length) {
        pieces.add(new Piece(List.copyOf(words.subList(from, from + length)), book));
      }
    }
    return pieces;
  }

  private static List<String> words(String file) {
    try (InputStream in = TwoBooks.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its text " + file);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
