package io.github.dl4jext.listeners.diagnosis;

import java.util.ArrayList;
import java.util.List;

/** Lays out rows of text in columns: words to the left, figures to the right. */
final class TextTable {

  private final List<List<String>> lines = new ArrayList<>();
  private final int words;

  /** Takes the header; the first {@code words} columns hold words. */
  TextTable(int words, String... header) {
    this.words = words;
    lines.add(List.of(header));
  }

  static String title(int iteration, int epoch) {
    return "iteration " + iteration + ", epoch " + epoch + "\n";
  }

  void add(String... cells) {
    lines.add(List.of(cells));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        int index = column;
        int width = lines.stream().mapToInt(l -> l.get(index).length()).max().orElse(0);
        String gap = " ".repeat(width - line.get(column).length());
        row.append(column == 0 ? "" : "  ");
        row.append(column < words ? line.get(column) + gap : gap + line.get(column));
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
