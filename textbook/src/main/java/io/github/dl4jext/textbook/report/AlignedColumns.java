package io.github.dl4jext.textbook.report;

import java.util.ArrayList;
import java.util.List;

/** Lays out text in columns, each as wide as its widest cell. */
public final class AlignedColumns {

  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Adds a row.
   *
   * @param cells as many as in every other row
   * @return this
   */
  public AlignedColumns row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Returns a line for each row, with two spaces between columns. */
  public List<String> lines() {
    return rows.stream().map(this::line).toList();
  }

  private String line(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(width(column) - cell.length() + 2));
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
