package io.github.dl4jext.listeners.diagnosis;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Passes on rows every few steps, to a text, a CSV file or a program.
 *
 * @param <R> the type of a row
 */
final class PeriodicRows<R> {

  static final Parameter<Integer> EVERY_STEPS =
      Parameter.integer("everySteps").in("[1, inf)").orElse(100).doc("steps between two entries");

  static final Parameter<String> FILE =
      Parameter.text("file").orElse("").doc("a CSV file; empty to print tables");

  private final int everySteps;
  private final String file;
  private final Consumer<List<R>> reader;
  private final Format<R> format;
  private List<R> latest = List.of();

  private PeriodicRows(int everySteps, String file, Consumer<List<R>> reader, Format<R> format) {
    this.everySteps = everySteps;
    this.file = file;
    this.reader = reader;
    this.format = format;
  }

  /**
   * The format of a plugin's rows: how they are written as CSV and as a table, and read from cells.
   */
  record Format<R>(
      String plugin,
      String header,
      Function<R, List<?>> cells,
      Function<List<String>, R> row,
      Function<List<R>, String> table) {

    PeriodicRows<R> to(Arguments arguments) {
      int everySteps = arguments.get(EVERY_STEPS);
      String file = arguments.get(FILE);
      return file.isEmpty() ? to(everySteps, System.out) : to(everySteps, Path.of(file));
    }

    PeriodicRows<R> to(int everySteps, Consumer<List<R>> reader) {
      check(everySteps, "reader", reader);
      return new PeriodicRows<>(everySteps, "", reader, this);
    }

    PeriodicRows<R> to(int everySteps, Appendable out) {
      check(everySteps, "out", out);
      return to(
          everySteps,
          rows -> {
            try {
              out.append(table.apply(rows));
            } catch (IOException e) {
              throw new UncheckedIOException(plugin + ": out must be writable (" + e + ")", e);
            }
          });
    }

    PeriodicRows<R> to(int everySteps, Path file) {
      check(everySteps, "file", file); // before the file is touched
      CsvLog log = new CsvLog(plugin, file, header);
      return new PeriodicRows<>(
          everySteps,
          file.toString(),
          rows -> log.add(rows.stream().<List<?>>map(cells).toList()),
          this);
    }

    private void check(int everySteps, String name, Object target) {
      Checks.of(plugin)
          .check(EVERY_STEPS, everySteps)
          .that(target != null, name, "given", target)
          .done();
    }
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

  /** Returns the latest rows. */
  ListenerState state() {
    return new ListenerState().put("rows", latest().stream().map(this::cells).toList());
  }

  private ListenerState cells(R row) {
    ListenerState cells = new ListenerState();
    for (Object cell : format.cells.apply(row)) {
      cells.put(String.valueOf(cells.names().size()), cell.toString());
    }
    return cells;
  }

  /** Restores the latest rows, which are not passed on again. */
  synchronized void loadState(ListenerState state) {
    latest =
        state.parts("rows").stream()
            .map(cells -> format.row.apply(cells.names().stream().map(cells::text).toList()))
            .toList();
  }

  @Override
  public String toString() {
    return "everySteps=" + everySteps + ", file=" + file;
  }
}
