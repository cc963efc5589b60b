package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.data.DataException;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.CliException;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose the images on which experiments are run. */
final class ImageOptions {

  static final String DATA =
      "Uses the images that the program draws (embedded), Fashion-MNIST or CIFAR-10 (each is"
          + " downloaded once), or the files of either from the folder DIR.";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--data",
      defaultValue = DataSource.EMBEDDED,
      paramLabel = "embedded|fashion-mnist|cifar-10|DIR",
      description = DATA)
  private String data;

  @Option(
      names = "--train",
      paramLabel = "N",
      description = "Trains on the first N images only, for a quick look.")
  private Integer train;

  ImageData load(Function<String, ImageData> source) {
    requireAtLeastOne(command, "--train", train);
    ImageData all = load(source, data);
    if (train == null) {
      return all;
    }
    int most = all.train().size();
    if (train > most) {
      throw new ParameterException(
          command.commandLine(),
          "--train must be at most the number of training images, " + most + ", was " + train);
    }
    return all.part(train);
  }

  /** Loads images; a wrong name is an error of the command line, a failed download is not. */
  static ImageData load(Function<String, ImageData> source, String data) {
    try {
      return source.apply(data);
    } catch (DataException e) {
      throw DataSource.isDownloaded(data)
          ? CliException.failure(e.getMessage(), e)
          : CliException.usage(e.getMessage(), e);
    }
  }

  /** The options with which another process loads the same images. */
  List<String> arguments() {
    return train == null
        ? List.of("--data=" + data)
        : List.of("--data=" + data, "--train=" + train);
  }

  /** Refuses a value below 1; null is an option that was not given. */
  static void requireAtLeastOne(CommandSpec command, String option, Integer value) {
    if (value != null && value < 1) {
      throw new ParameterException(
          command.commandLine(), option + " must be at least 1, was " + value);
    }
  }
}
