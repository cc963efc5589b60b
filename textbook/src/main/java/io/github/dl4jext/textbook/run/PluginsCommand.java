package io.github.dl4jext.textbook.run;

import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.report.CliException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "plugins",
    description = "Lists the techniques on the class path with their aliases and parameters.")
final class PluginsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "KIND",
      description =
          "Lists only this kind, such as IActivation; upper or lower case does not matter.")
  private String kind;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    String shown = "";
    for (Plugin<?> plugin : chosen(Plugins.installed().all())) {
      String name = plugin.kind().getSimpleName();
      if (!name.equals(shown)) {
        out.println((shown.isEmpty() ? "" : System.lineSeparator()) + name);
        shown = name;
      }
      describe(plugin, out);
    }
    out.flush();
  }

  private List<Plugin<?>> chosen(List<Plugin<?>> all) {
    if (kind == null) {
      return all;
    }
    List<Plugin<?>> chosen =
        all.stream().filter(p -> p.kind().getSimpleName().equalsIgnoreCase(kind.strip())).toList();
    if (chosen.isEmpty()) {
      Set<String> kinds =
          all.stream()
              .map(plugin -> plugin.kind().getSimpleName())
              .collect(Collectors.toCollection(TreeSet::new));
      throw CliException.usage(
          "no plugin makes a \""
              + kind
              + "\"; the kinds are "
              + (kinds.isEmpty() ? "none" : String.join(", ", kinds)));
    }
    return chosen;
  }

  private static void describe(Plugin<?> plugin, PrintWriter out) {
    out.print("  " + plugin.name());
    if (!plugin.aliases().isEmpty()) {
      out.print(" (also " + String.join(", ", plugin.aliases()) + ")");
    }
    out.println(": " + plugin.summary());
    for (Parameter<?> parameter : plugin.parameters()) {
      out.printf(
          Locale.ROOT,
          "    %s: %s, %s; %s%n",
          parameter.name(),
          parameter.rule(),
          parameter.otherwise(),
          parameter.doc());
    }
  }
}
