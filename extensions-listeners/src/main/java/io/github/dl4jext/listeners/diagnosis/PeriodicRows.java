package io.github.dl4jext.listeners.diagnosis;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Rows that are due every few steps, and where they go: to a text, a CSV file, or a program.
 *
 * @param <R> a row
 */
final class PeriodicRows<R> {

  static final int DEFAULT_EVERY_STEPS = 100;

  static final Parameter<Integer> EVERY_STEPS =
      Parameter.integer("everySteps")
          .in("[1, inf)")
          .orElse(DEFAULT_EVERY_STEPS)
          .doc("steps from one entry to the next");

  static final Parameter<String> FILE =
      Parameter.text("file").orElse("").doc("a CSV file; empty to print tables");

  private final int everySteps;
  private final String file;
  private final Consumer<List<R>> reader;
  private List<R> latest = List.of();

  private PeriodicRows(int everySteps, String file, Consumer<List<R>> reader) {
    this.everySteps = everySteps;
    this.file = file;
    this.reader = reader;
  }

  static <R> PeriodicRows<R> to(String plugin, int everySteps, Consumer<List<R>> reader) {
    check(plugin, everySteps);
    Objects.requireNonNull(reader, plugin + ": reader must not be null");
    return new PeriodicRows<>(everySteps, "", reader);
  }

  static <R> PeriodicRows<R> to(
      String plugin, int everySteps, Appendable out, Function<List<R>, String> table) {
    Objects.requireNonNull(out, plugin + ": out must not be null");
    return to(
        plugin,
        everySteps,
        rows -> {
          try {
            out.append(table.apply(rows));
          } catch (IOException e) {
            throw new UncheckedIOException(plugin + ": out must be writable (" + e + ")", e);
          }
        });
  }

  static <R> PeriodicRows<R> to(
      String plugin, int everySteps, Path file, String header, Function<R, List<?>> cells) {
    check(plugin, everySteps); // before the file is touched
    CsvLog log = new CsvLog(plugin, file, header);
    return new PeriodicRows<>(
        everySteps, file.toString(), rows -> log.add(rows.stream().<List<?>>map(cells).toList()));
  }

  private static void check(String plugin, int everySteps) {
    Checks.of(plugin).check(EVERY_STEPS, everySteps).done();
  }

  boolean isDue(int iteration) {
    return iteration % everySteps == 0;
  }

  synchronized void add(List<R> rows) {
    latest = rows;
    reader.accept(rows);
  }

  synchronized List<R> latest() {
    return latest;
  }

  @Override
  public String toString() {
    return "everySteps=" + everySteps + ", file=" + file;
  }
}
