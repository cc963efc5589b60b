package io.github.dl4jext.spi;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Names as users write them: case, {@code -} and {@code _} do not distinguish two names. */
final class Names {

  /** Longer names are not compared, as the time grows with the length. */
  private static final int LONGEST = 100;

  private Names() {}

  static String key(String name) {
    return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** As it is written within a sentence: "an IActivation", "a LayerConstraint". */
  static String withArticle(Class<?> kind) {
    String name = kind.getSimpleName();
    return ("AEIOU".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name;
  }

  /**
   * Up to three of the known names that look like the given one, the most alike first; one that the
   * given one abbreviates ({@code lr}, {@code eps}) comes before all others.
   */
  static List<String> nearest(String name, Collection<String> known) {
    if (name.length() > LONGEST) {
      return List.of();
    }
    String wanted = key(name);
    int limit = Math.max(2, wanted.length() / 3);
    record Near(String name, int distance) {}
    return known.stream()
        .map(
            candidate ->
                new Near(
                    candidate,
                    abbreviates(wanted, candidate) ? 0 : editDistance(wanted, key(candidate))))
        .filter(near -> near.distance <= limit)
        .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
        .limit(3)
        .map(Near::name)
        .toList();
  }

  /** Whether a name abbreviates another: by the initials of its words, or by its first letters. */
  private static boolean abbreviates(String wanted, String candidate) {
    String initials =
        candidate.replaceAll("(?<=[a-z])(?=[A-Z])", "_").replaceAll("([A-Za-z])[A-Za-z]*_?", "$1");
    return wanted.length() > 1
        && (wanted.equals(key(initials))
            || wanted.length() > 2 && key(candidate).startsWith(wanted));
  }

  /**
   * Levenshtein's distance: the fewest letters to insert, delete or replace. It is our own code,
   * since commons-text needs a newer commons-lang3 than the one that nd4j-api brings to a user.
   */
  static int editDistance(String from, String to) {
    int[] row = IntStream.rangeClosed(0, to.length()).toArray();
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[to.length()];
  }
}
