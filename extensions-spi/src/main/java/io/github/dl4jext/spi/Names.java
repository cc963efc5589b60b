package io.github.dl4jext.spi;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names as users write them: case, {@code -} and {@code _} do not tell two names apart. */
final class Names {

  private Names() {}

  static String key(String name) {
    return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** As it is written within a sentence: "an IActivation", "a LayerConstraint". */
  static String withArticle(Class<?> kind) {
    String name = kind.getSimpleName();
    return ("AEIOU".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name;
  }

  /** Up to three of the known names that look like the given one, the most alike first. */
  static List<String> nearest(String name, Collection<String> known) {
    String wanted = key(name);
    int limit = Math.max(2, wanted.length() / 3);
    LevenshteinDistance distance = new LevenshteinDistance(limit);
    record Near(String name, int distance) {}
    return known.stream()
        .map(candidate -> new Near(candidate, distance.apply(wanted, key(candidate))))
        .filter(near -> near.distance >= 0)
        .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
        .limit(3)
        .map(Near::name)
        .toList();
  }
}
