package io.github.dl4jext.textbook.run;

import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.plots.LearningRatePlot;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.schedules.finder.LearningRateFinder;
import io.github.dl4jext.schedules.finder.LearningRateSweep;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.AlignedColumns;
import io.github.dl4jext.textbook.report.CliException;
import io.github.dl4jext.textbook.report.NumberText;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "lr-find",
    description = "Finds a learning rate for plain SGD on the chapter's 3x100 network.",
    showDefaultValues = true)
final class LrFindCommand implements Runnable {

  private static final int SEED = 42;

  @Spec private CommandSpec spec;

  private final Function<String, ImageData> source;

  @Option(
      names = "--data",
      defaultValue = DataSource.EMBEDDED,
      paramLabel = "embedded|fashion-mnist|cifar-10|DIR",
      description = ImageOptions.DATA)
  private String data;

  @Option(
      names = "--batch",
      defaultValue = "128",
      paramLabel = "N",
      description = "Trains with N images per step.")
  private int batch;

  @Option(
      names = "--from",
      defaultValue = "1e-4",
      paramLabel = "RATE",
      description = "Starts with this rate.")
  private double from;

  @Option(
      names = "--to",
      defaultValue = "10",
      paramLabel = "RATE",
      description = "Ends just below this rate.")
  private double to;

  @Option(
      names = "--steps",
      defaultValue = "200",
      paramLabel = "N",
      description = "Makes N steps per sweep.")
  private int steps;

  @Option(
      names = "--seeds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Makes N sweeps, each with minibatches of its own.")
  private int seeds;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Writes the curve to this file: as a table if its name ends in .csv, as a picture if it ends in .svg or .png.")
  private Path out;

  LrFindCommand(Function<String, ImageData> source) {
    this.source = source;
  }

  @Override
  public void run() {
    if (batch < 1) {
      throw CliException.usage("--batch must be at least 1, was " + batch);
    }
    if (out != null && !out.toString().toLowerCase(Locale.ROOT).matches(".*\\.(csv|svg|png)")) {
      throw CliException.usage("--out must end in .csv, .svg or .png, was " + out);
    }
    ImageData images = ImageOptions.load(source, data);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new SGD(from).configure(chapterNetwork(images.train().pixelsPerImage())));
    net.init();
    LearningRateFinder finder = finder(net);
    LearningRateSweep found = finder.sweep(images.train().shuffledBatches(batch, SEED));
    if (out != null) {
      write(found);
    }
    tell(found);
  }

  /** Three hidden layers of 100 units with ReLU and He's weights, and an output of ten classes. */
  private static MultiLayerConfiguration chapterNetwork(int pixels) {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nIn(pixels).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .build();
  }

  private LearningRateFinder finder(MultiLayerNetwork net) {
    try {
      return LearningRateFinder.builder(net)
          .startRate(from)
          .endRate(to)
          .steps(steps)
          .seeds(seeds)
          .build();
    } catch (InvalidArgumentException e) {
      throw CliException.usage(e.getMessage(), e);
    }
  }

  private void write(LearningRateSweep found) {
    String name = out.toString().toLowerCase(Locale.ROOT);
    try {
      if (name.endsWith(".csv")) {
        found.writeCsv(out);
      } else if (name.endsWith(".svg")) {
        chart(found).writeSvg(out);
      } else {
        chart(found).writePng(out, 800, 500);
      }
    } catch (UncheckedIOException e) {
      throw CliException.failure(e.getMessage(), e);
    }
  }

  private void tell(LearningRateSweep found) {
    PrintWriter text = spec.commandLine().getOut();
    text.println(chart(found).toText());
    AlignedColumns table = new AlignedColumns();
    row(table, "valley (take this)", found::valley);
    row(table, "steep", found::steep);
    row(table, "slide", found::slide);
    row(table, "minimum", found::minimum);
    table.lines().forEach(text::println);
    if (seeds > 1) {
      text.println("valleys of the single sweeps: " + spread(found));
    }
    if (out != null) {
      text.println("curve: " + out);
    }
    text.flush();
  }

  private static void row(AlignedColumns table, String name, DoubleSupplier rate) {
    table.row(name, NumberText.text(rate.getAsDouble()));
  }

  private static String spread(LearningRateSweep found) {
    LearningRateSweep.Spread spread = found.spread();
    return NumberText.text(spread.lowest()) + " to " + NumberText.text(spread.highest());
  }

  private static LineChart chart(LearningRateSweep found) {
    return LearningRatePlot.titled("loss by learning rate", found).build();
  }
}
