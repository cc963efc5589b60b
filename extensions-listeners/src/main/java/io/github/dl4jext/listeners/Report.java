package io.github.dl4jext.listeners;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Where the rows of a step go: to a text, a CSV file, or a program.
 *
 * @param <R> a row
 */
final class Report<R> {

  private final String file;
  private final Consumer<List<R>> reader;
  private List<R> latest = List.of();

  private Report(String file, Consumer<List<R>> reader) {
    this.file = file;
    this.reader = reader;
  }

  static <R> Report<R> to(String plugin, Consumer<List<R>> reader) {
    return new Report<>("", Objects.requireNonNull(reader, plugin + ": reader must not be null"));
  }

  static <R> Report<R> to(String plugin, Appendable out, Function<List<R>, String> table) {
    Objects.requireNonNull(out, plugin + ": out must not be null");
    return to(
        plugin,
        rows -> {
          try {
            out.append(table.apply(rows));
          } catch (IOException e) {
            throw new UncheckedIOException(plugin + ": out must be writable (" + e + ")", e);
          }
        });
  }

  static <R> Report<R> to(String plugin, Path file, String header, Function<R, List<?>> cells) {
    CsvLog log = new CsvLog(plugin, file, header);
    return new Report<>(
        file.toString(), rows -> log.add(rows.stream().<List<?>>map(cells).toList()));
  }

  synchronized void add(List<R> rows) {
    latest = rows;
    reader.accept(rows);
  }

  synchronized List<R> latest() {
    return latest;
  }

  /** Empty if there is none. */
  String file() {
    return file;
  }
}
