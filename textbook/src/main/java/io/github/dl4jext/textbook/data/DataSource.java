package io.github.dl4jext.textbook.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Where the images come from, as a user writes it: {@code embedded}, {@code fashion-mnist}, {@code
 * cifar-10}, or a folder.
 */
public final class DataSource {
  /** Drawn by the program; see {@link Garments}. */
  public static final String EMBEDDED = "embedded";

  /** Downloaded once, then kept; see {@link FashionMnistDownload}. */
  public static final String FASHION_MNIST = "fashion-mnist";

  /** Coloured images, downloaded once, then kept; see {@link Cifar10Download}. */
  public static final String CIFAR_10 = "cifar-10";

  /** Names a folder that has Fashion-MNIST already. */
  static final String FOLDER_VARIABLE = "FASHION_MNIST_DIR";

  /** Names a folder that has CIFAR-10 already. */
  static final String CIFAR_VARIABLE = "CIFAR10_DIR";

  private static final String PART = ", the first ";

  private DataSource() {}

  /** What a part of a set of images is called. */
  static String partOf(String name, int n) {
    return name + PART + n;
  }

  /**
   * Whether a set of images was drawn by the program.
   *
   * @param name as {@link ImageData#name} tells it
   */
  public static boolean isDrawn(String name) {
    return name.equals(EMBEDDED) || name.startsWith(EMBEDDED + PART);
  }

  /**
   * Whether a set of images is a part of a larger one.
   *
   * @param name as {@link ImageData#name} tells it
   */
  public static boolean isPart(String name) {
    return name.contains(PART);
  }

  /**
   * Whether the book's figures say anything about images: not if they are drawn, or a part.
   *
   * @param name as {@link ImageData#name} tells it
   */
  public static boolean isAsInTheBook(String name) {
    return !isDrawn(name) && !isPart(name);
  }

  /**
   * What the images are called in a heading.
   *
   * @param name as {@link ImageData#name} tells it
   * @return such as {@code drawn images, the first 600}
   */
  public static String title(String name) {
    return name.replaceFirst("^" + EMBEDDED + "(?=$|,)", "drawn images")
        .replaceFirst("^" + FASHION_MNIST + "(?=$|,)", "Fashion-MNIST")
        .replaceFirst("^" + CIFAR_10 + "(?=$|,)", "CIFAR-10");
  }

  /**
   * Whether a word stands for images that are downloaded.
   *
   * @param spec as a user writes it
   */
  public static boolean isDownloaded(String spec) {
    String word = spec.strip();
    return FASHION_MNIST.equalsIgnoreCase(word) || CIFAR_10.equalsIgnoreCase(word);
  }

  /**
   * The same number of drawn images in colour, under the same name, if the images given are drawn;
   * else the images given.
   *
   * @param data any images
   */
  public static ImageData inColour(ImageData data) {
    return isDrawn(data.name()) && !data.isColoured() ? ColourGarments.like(data) : data;
  }

  /**
   * Tells by which options a command gets the images.
   *
   * @param name as {@link ImageData#name} tells it
   * @return options for {@code run}; empty for all images that the program draws
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
   * @throws DataException if it is none of these, or the images cannot be had from there; the
   *     message says what to do
   */
  public static ImageData load(String spec) {
    return load(
        spec,
        () -> fashionMnist(System.getenv(FOLDER_VARIABLE)),
        () -> cifar10(System.getenv(CIFAR_VARIABLE)));
  }

  /** From the folder that the environment names, or else downloaded once. */
  static ImageData fashionMnist(String folder) {
    return isSet(folder)
        ? named(
            FOLDER_VARIABLE, "Fashion-MNIST", () -> IdxFolder.read(Path.of(folder), FASHION_MNIST))
        : FashionMnistDownload.load(FashionMnistDownload.toUserCache());
  }

  /** From the folder that the environment names, or else downloaded once. */
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
      // Not a path on this system; said below, with what is allowed.
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
            + "\", which is none of these words nor an existing folder");
  }
}
