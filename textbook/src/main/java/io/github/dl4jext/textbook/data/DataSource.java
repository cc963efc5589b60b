package io.github.dl4jext.textbook.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Loads images from the source that a user names: {@code embedded}, {@code fashion-mnist}, {@code
 * cifar-10}, or a folder.
 */
public final class DataSource {
  /** Images that the program draws; see {@link Garments}. */
  public static final String EMBEDDED = "embedded";

  /** Fashion-MNIST, downloaded once; see {@link FashionMnistDownload}. */
  public static final String FASHION_MNIST = "fashion-mnist";

  /** CIFAR-10, which has coloured images, downloaded once; see {@link Cifar10Download}. */
  public static final String CIFAR_10 = "cifar-10";

  /** The environment variable that names a folder with Fashion-MNIST. */
  static final String FOLDER_VARIABLE = "FASHION_MNIST_DIR";

  /** The environment variable that names a folder with CIFAR-10. */
  static final String CIFAR_VARIABLE = "CIFAR10_DIR";

  private static final String PART = ", the first ";

  private DataSource() {}

  /** The name of a part of a set of images. */
  static String partOf(String name, int n) {
    return name + PART + n;
  }

  /**
   * Whether a set of images was drawn by the program.
   *
   * @param name the name of the set, as {@link ImageData#name} gives it
   */
  public static boolean isDrawn(String name) {
    return name.equals(EMBEDDED) || name.startsWith(EMBEDDED + PART);
  }

  /**
   * Whether a set of images is a part of a larger one.
   *
   * @param name the name of the set, as {@link ImageData#name} gives it
   */
  public static boolean isPart(String name) {
    return name.contains(PART);
  }

  /**
   * Whether the book's figures are about these images: not if they are drawn, or a part of a set.
   *
   * @param name the name of the set, as {@link ImageData#name} gives it
   */
  public static boolean isAsInTheBook(String name) {
    return !isDrawn(name) && !isPart(name);
  }

  /**
   * The name of the images in a heading.
   *
   * @param name the name of the set, as {@link ImageData#name} gives it
   * @return such as {@code drawn images, the first 600}
   */
  public static String title(String name) {
    return name.replaceFirst("^" + EMBEDDED + "(?=$|,)", "drawn images")
        .replaceFirst("^" + FASHION_MNIST + "(?=$|,)", "Fashion-MNIST")
        .replaceFirst("^" + CIFAR_10 + "(?=$|,)", "CIFAR-10");
  }

  /**
   * Whether a source is downloaded.
   *
   * @param spec the source, as a user names it
   */
  public static boolean isDownloaded(String spec) {
    String word = spec.strip();
    return FASHION_MNIST.equalsIgnoreCase(word) || CIFAR_10.equalsIgnoreCase(word);
  }

  /**
   * Replaces drawn grey images by as many drawn images in colour, under the same name.
   *
   * @param data any images
   * @return the coloured images, or the images given if they are not drawn or already coloured
   */
  public static ImageData inColour(ImageData data) {
    return isDrawn(data.name()) && !data.isColoured() ? ColourGarments.like(data) : data;
  }

  /**
   * The options with which a command uses the images.
   *
   * @param name the name of the set, as {@link ImageData#name} gives it
   * @return options for {@code run}, each after a space; empty for all the images that the program
   *     draws
   */
  public static String options(String name) {
    int part = name.indexOf(PART);
    String whole = part < 0 ? name : name.substring(0, part);
    String quoted = whole.matches("[\\w./-]+") ? whole : "\"" + whole + "\"";
    String data = whole.equals(EMBEDDED) ? "" : " --data " + quoted;
    return data + (part < 0 ? "" : " --train " + name.substring(part + PART.length()));
  }

  /**
   * Loads the images.
   *
   * @param spec {@code embedded}, {@code fashion-mnist}, {@code cifar-10} (in small or capital
   *     letters), or the path of a folder with the IDX files, or with those of CIFAR-10's binary
   *     version
   * @return the images, with none held out
   * @throws DataException if it is none of these, or the images cannot be loaded; the message says
   *     what to do
   */
  public static ImageData load(String spec) {
    return load(
        spec,
        () -> fashionMnist(System.getenv(FOLDER_VARIABLE)),
        () -> cifar10(System.getenv(CIFAR_VARIABLE)));
  }

  /** Reads the folder that the environment names; without one, downloads the images once. */
  static ImageData fashionMnist(String folder) {
    return isSet(folder)
        ? named(
            FOLDER_VARIABLE, "Fashion-MNIST", () -> IdxFolder.read(Path.of(folder), FASHION_MNIST))
        : FashionMnistDownload.load(FashionMnistDownload.toUserCache());
  }

  /** Reads the folder that the environment names; without one, downloads the images once. */
  static ImageData cifar10(String folder) {
    return isSet(folder)
        ? named(CIFAR_VARIABLE, "CIFAR-10", () -> CifarFolder.read(Path.of(folder), CIFAR_10))
        : Cifar10Download.load(Cifar10Download.toUserCache());
  }

  private static boolean isSet(String folder) {
    return folder != null && !folder.isBlank();
  }

  private static ImageData named(String variable, String what, Supplier<ImageData> folder) {
    try {
      return folder.get();
    } catch (DataException | InvalidPathException e) {
      throw new DataException(
          variable
              + " must name a folder with the files of "
              + what
              + ", or not be set: "
              + e.getMessage(),
          e);
    }
  }

  static ImageData load(
      String spec, Supplier<ImageData> fashionMnist, Supplier<ImageData> cifar10) {
    String word = spec == null ? "" : spec.strip();
    switch (word.toLowerCase(Locale.ROOT)) {
      case EMBEDDED:
        return Garments.standard();
      case FASHION_MNIST:
        return fashionMnist.get();
      case CIFAR_10:
        return cifar10.get();
      default:
        Path folder = existing(word);
        return CifarFolder.isOne(folder)
            ? CifarFolder.read(folder, folder.toString())
            : IdxFolder.read(folder);
    }
  }

  private static Path existing(String word) {
    try {
      Path path = Path.of(word);
      if (!word.isEmpty() && Files.exists(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Not a path on this system; the message below says what is allowed.
    }
    throw new DataException(
        "the data must be one of: "
            + EMBEDDED
            + " (images drawn by the program, nothing to download), "
            + FASHION_MNIST
            + " (downloaded once, 30 MB), "
            + CIFAR_10
            + " (in colour, downloaded once, 162 MB), or the path of a folder with the four IDX files"
            + " or CIFAR-10's six binary files; was \""
            + word
            + "\", which is neither one of these words nor an existing folder");
  }
}
