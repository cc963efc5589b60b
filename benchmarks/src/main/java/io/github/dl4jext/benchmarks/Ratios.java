package io.github.dl4jext.benchmarks;

import ai.djl.engine.Engine;
import io.github.dl4jext.benchmarks.Question.Case;
import io.github.dl4jext.cpu.CpuState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures all {@link Question}s and writes the ratios to a page. {@code benchmarks/run.sh} calls
 * it.
 *
 * <p>In short mode both sides of a ratio run in turns in this program, and the least processor time
 * of the thread counts for each, so that other work on the machine disturbs little. Benchmarks that
 * need new programs are left out. In full mode JMH measures, with the settings of each class.
 */
public final class Ratios {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Nanoseconds for which a method is called in a turn, so long that most calls find the caches as
   * the call before has left them, as in training, and not as the other side has.
   */
  private static final long TURN = 5_000_000;

  private Ratios() {}

  /**
   * Measures and writes.
   *
   * @param arguments {@code short} or {@code full}, the path of the page, the seconds of processor
   *     time for a ratio in short mode, and a regular expression for the names of the classes
   * @throws IOException if the page cannot be written
   * @throws RunnerException if JMH fails
   * @throws ReflectiveOperationException if a benchmark fails
   */
  public static void main(String[] arguments)
      throws IOException, RunnerException, ReflectiveOperationException {
    boolean full = arguments[0].equals("full");
    double before = load();
    List<String> tables = new ArrayList<>();
    for (Question question : Question.ALL) {
      if (question.type().getSimpleName().matches(arguments[3])
          && (full || question.type() != StartUp.class)
          && (!question.needsPyTorch() || hasPyTorch())) {
        Map<Case, Double> found =
            full ? jmh(question) : inTurns(question, Double.parseDouble(arguments[2]));
        tables.add(table(question, found));
        Files.writeString(Path.of(arguments[1]), page(full, before, tables));
      }
    }
  }

  private static boolean hasPyTorch() {
    return Engine.getAllEngines().contains("PyTorch"); // with the profile peers
  }

  private static String page(boolean full, double before, List<String> tables) {
    CpuState state = CpuState.current();
    StringBuilder page = new StringBuilder();
    page.append("# Benchmarks\n\n")
        .append("These ratios of times were measured by `benchmarks/run.sh")
        .append(full ? " full" : "")
        .append("` on ")
        .append(LocalDate.now(ZoneOffset.UTC))
        .append(". Below 1, the side named first is faster.\n\n")
        .append(
            full
                ? "JMH measured them, with the settings of each class.\n\n"
                : "Both sides ran in turns in one program, and the least processor time of each counts."
                    + " It includes a copy of the input\nwhere the operation overwrites it."
                    + " Start-up is measured by `benchmarks/run.sh full`, with JMH.\n\n")
        .append("| machine and settings | |\n|---|---|\n");
    row(page, "processor", processor() + ", " + state.processors() + " cores");
    row(page, "OpenBLAS kernel", state.kernel());
    row(page, "OpenBLAS", state.library());
    row(page, "ND4J's binary", state.binary());
    row(page, "threads of OpenBLAS, OpenMP", state.blasThreads() + ", " + state.openMpThreads());
    row(page, "Java", System.getProperty("java.vm.name") + " " + Runtime.version());
    row(
        page,
        "load average of the machine before and after (1 is this program alone)",
        String.format(Locale.ROOT, "%.1f, %.1f", before, load()));
    tables.forEach(page::append);
    return page.toString();
  }

  private static void row(StringBuilder page, String what, Object value) {
    page.append("| ").append(what).append(" | ").append(value).append(" |\n");
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch"); // not Linux
    }
  }

  private static Map<Case, Double> inTurns(Question question, double seconds)
      throws ReflectiveOperationException {
    Map<Case, Double> ratios = new LinkedHashMap<>();
    for (Case one : question.cases()) {
      Call over = new Call(state(question, one, true), question.method(one, true));
      Call under =
          new Call(
              question.side() == null ? over.state : state(question, one, false),
              question.method(one, false));
      int times = Math.max(over.timesInATurn(), under.timesInATurn());
      long start = THREADS.getCurrentThreadCpuTime();
      long leastOver = Long.MAX_VALUE;
      long leastUnder = Long.MAX_VALUE;
      // Processor time, so that on a busy machine the loops still run often enough to be compiled.
      for (int turn = 0;
          turn < 3 || THREADS.getCurrentThreadCpuTime() - start < seconds * 1e9;
          turn++) {
        leastOver = Math.min(leastOver, over.time(times));
        leastUnder = Math.min(leastUnder, under.time(times));
      }
      ratios.put(one, (double) leastOver / leastUnder);
      System.gc(); // frees the arrays of this case
    }
    return ratios;
  }

  private record Call(Object state, Method method) {

    int timesInATurn() throws ReflectiveOperationException {
      return (int) Math.max(1, TURN / Math.max(1, Math.min(time(1), time(1))));
    }

    long time(int times) throws ReflectiveOperationException {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < times; i++) {
        method.invoke(state);
      }
      return THREADS.getCurrentThreadCpuTime() - start;
    }
  }

  private static Object state(Question question, Case one, boolean over)
      throws ReflectiveOperationException {
    Object state = question.type().getConstructor().newInstance();
    for (Map.Entry<String, String> entry : one.parameters().entrySet()) {
      set(state, entry.getKey(), entry.getValue());
    }
    if (question.side() != null) {
      set(state, question.side(), over ? question.over() : question.under());
    }
    for (Method method : question.type().getMethods()) {
      if (method.isAnnotationPresent(Setup.class)) {
        method.invoke(state);
      }
    }
    return state;
  }

  private static void set(Object state, String parameter, String value)
      throws ReflectiveOperationException {
    Field field = state.getClass().getField(parameter);
    Class<?> type = field.getType();
    if (type == int.class) {
      field.setInt(state, Integer.parseInt(value));
    } else if (type.isEnum()) {
      field.set(state, type.getMethod("valueOf", String.class).invoke(null, value));
    } else {
      field.set(state, value);
    }
  }

  private static Map<Case, Double> jmh(Question question) throws RunnerException {
    String pattern = "\\." + question.type().getSimpleName() + "\\.";
    Map<Case, double[]> times = new LinkedHashMap<>();
    for (RunResult result :
        new Runner(new OptionsBuilder().include(pattern).shouldFailOnError(true).build()).run()) {
      String benchmark = result.getParams().getBenchmark();
      String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
      Case one = new Case(question.side() == null ? "" : method, Map.of());
      String side = method;
      for (String parameter : result.getParams().getParamsKeys()) {
        String value = result.getParams().getParam(parameter);
        if (parameter.equals(question.side())) {
          side = value;
        } else {
          one = one.with(parameter, value);
        }
      }
      double[] both = times.computeIfAbsent(one, none -> new double[2]);
      if (side.equals(question.over())) {
        both[0] = result.getPrimaryResult().getScore();
      } else if (side.equals(question.under())) {
        both[1] = result.getPrimaryResult().getScore();
      }
    }
    Map<Case, Double> ratios = new LinkedHashMap<>();
    times.forEach(
        (one, both) -> {
          if (one.parameters().entrySet().stream()
              .allMatch(entry -> question.isAsked(entry.getKey(), entry.getValue()))) {
            ratios.put(one, both[0] / both[1]);
          }
        });
    return ratios;
  }

  private static String table(Question question, Map<Case, Double> ratios) {
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    List<String> columns = new ArrayList<>();
    ratios.forEach(
        (one, ratio) -> {
          List<String> row = new ArrayList<>();
          String column = "ratio";
          for (Map.Entry<String, String> entry : one.parameters().entrySet()) {
            if (entry.getKey().equals(question.columns())) {
              column = entry.getValue();
            } else {
              row.add(entry.getValue());
            }
          }
          if (!one.method().isEmpty() && !one.method().equals("step")) {
            row.add(one.method());
          }
          if (!columns.contains(column)) {
            columns.add(column);
          }
          rows.computeIfAbsent(String.join(", ", row), none -> new LinkedHashMap<>())
              .put(column, ratio);
        });
    StringBuilder table = new StringBuilder("\n## " + question.title() + "\n\n| |");
    columns.forEach(column -> table.append(' ').append(column).append(" |"));
    table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
    rows.forEach(
        (row, values) -> {
          table.append("| ").append(row.isEmpty() ? "time" : row).append(" |");
          for (String column : columns) {
            Double ratio = values.get(column);
            table.append(ratio == null ? " |" : String.format(Locale.ROOT, " %.2f |", ratio));
          }
          table.append('\n');
        });
    return table.append("\n(`").append(question.type().getSimpleName()).append("`)\n").toString();
  }
}
