package io.github.dl4jext.plots;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Points as RFC 4180 has it: a row each, so that lines need not have the same x. */
final class CsvTable {

  private CsvTable() {}

  /** Leaves the stream open. */
  static void write(List<Line> lines, OutputStream out) throws IOException {
    Writer csv = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    csv.write("line,x,y\r\n");
    for (Line line : lines) {
      String name = quoted(line.name());
      for (int i = 0; i < line.x().length; i++) {
        csv.write(name + "," + line.x()[i] + "," + line.y()[i] + "\r\n");
      }
    }
    csv.flush();
  }

  private static String quoted(String name) {
    return name.matches("[^\",\r\n]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
