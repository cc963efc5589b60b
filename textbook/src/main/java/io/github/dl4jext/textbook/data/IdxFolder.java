package io.github.dl4jext.textbook.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a folder with the four files of Fashion-MNIST, or of any other set in the same form (28 x
 * 28 pixels, labels from 0 to 9): {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte},
 * {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, each either plain or gzipped
 * with {@code .gz} added to the name. If there are both, the gzipped file is read.
 */
public final class IdxFolder {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  private final Path folder;

  private IdxFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads the training and test images; the result is named after the folder, and its classes are
   * Fashion-MNIST's.
   *
   * @param folder the folder
   * @return the images, with none held out
   * @throws DataException if the folder or one of the files is missing or invalid
   */
  public static ImageData read(Path folder) {
    return read(folder, folder.toString());
  }

  static ImageData read(Path folder, String name) {
    IdxFolder idx = new IdxFolder(folder);
    idx.requireFiles();
    return new ImageData(
        name, idx.part(TRAIN_IMAGES, TRAIN_LABELS), idx.part(TEST_IMAGES, TEST_LABELS));
  }

  private void requireFiles() {
    if (!Files.exists(folder)) {
      throw new DataException("there is no folder " + folder + ": check the path");
    }
    if (!Files.isDirectory(folder)) {
      throw new DataException(folder + " is a file: give the folder that the data files are in");
    }
    List<String> missing = new ArrayList<>();
    for (String name : List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)) {
      if (!Files.isRegularFile(find(name))) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new DataException(
          "the folder "
              + folder
              + " lacks "
              + String.join(", ", missing)
              + ": put the missing files there, plain or gzipped (.gz)");
    }
  }

  /**
   * The path of the gzipped file, whose sum a download has checked, if there is one; otherwise that
   * of the plain file, whether there is one or not.
   */
  private Path find(String name) {
    Path gzipped = folder.resolve(name + ".gz");
    return Files.isRegularFile(gzipped) ? gzipped : folder.resolve(name);
  }

  private LabelledImages part(String imagesName, String labelsName) {
    Path images = find(imagesName);
    Path labelFile = find(labelsName);
    byte[] labels = new IdxFile(labelFile).read();
    int classes = ImageData.FASHION.size();
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i] & 0xff;
      if (label >= classes) {
        throw new DataException(
            labelFile
                + " has the label "
                + label
                + " for image "
                + i
                + ", expected 0 to "
                + (classes - 1)
                + ": it is another data set, or corrupt; fetch the file again");
      }
    }
    byte[] pixels = new IdxFile(images).read(LabelledImages.SIDE, LabelledImages.SIDE);
    int count = pixels.length / LabelledImages.PIXELS;
    if (count != labels.length) {
      throw new DataException(
          images
              + " has "
              + count
              + " images, but "
              + labelFile
              + " has "
              + labels.length
              + " labels: take both from the same data set");
    }
    return new LabelledImages(ImageData.FASHION, pixels, labels, PixelScale.unit());
  }
}
