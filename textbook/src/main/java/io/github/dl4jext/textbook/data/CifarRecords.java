package io.github.dl4jext.textbook.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Collects the files of CIFAR-10's binary version. An image is a byte with its label and 3,072
 * bytes with its pixels: the red values row by row, then the green and the blue ones. Training
 * images are in {@code data_batch_1.bin} to {@code data_batch_5.bin}, test images in {@code
 * test_batch.bin}.
 */
final class CifarRecords {

  static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  static final String TEST = "test_batch.bin";
  static final List<String> TRAIN =
      IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList();

  /** All six files. */
  static final List<String> FILES = Stream.concat(TRAIN.stream(), Stream.of(TEST)).toList();

  private static final int RECORD = 1 + LabelledImages.COLOUR_PIXELS;

  private final String where;
  private final Map<String, byte[]> files = new HashMap<>();

  /**
   * @param where the place that the files come from, for messages
   */
  CifarRecords(String where) {
    this.where = where;
  }

  /** Reads a file to its end if it is one of the six. */
  void add(String name, InputStream in) throws IOException {
    if (!FILES.contains(name)) {
      return;
    }
    byte[] content = in.readAllBytes();
    if (content.length == 0 || content.length % RECORD != 0) {
      throw problem(
          name
              + " has "
              + content.length
              + " bytes, which is not a multiple of "
              + RECORD
              + ", the size of a labelled image: it is truncated, or another kind of file");
    }
    for (int at = 0; at < content.length; at += RECORD) {
      if (content[at] < 0 || content[at] >= CLASSES.size()) {
        throw problem(
            name
                + " has the label "
                + (content[at] & 0xff)
                + " for image "
                + at / RECORD
                + ", expected 0 to "
                + (CLASSES.size() - 1)
                + ": it is another data set, or corrupt");
      }
    }
    files.put(name, content);
  }

  /** Returns the images of the files that were added. */
  ImageData toData(String name) {
    List<String> missing = FILES.stream().filter(file -> !files.containsKey(file)).toList();
    if (!missing.isEmpty()) {
      throw problem("lacks " + String.join(", ", missing));
    }
    ByteArrayOutputStream train = new ByteArrayOutputStream();
    TRAIN.forEach(file -> train.writeBytes(files.get(file)));
    return new ImageData(name, part(train.toByteArray()), part(files.get(TEST)));
  }

  private static LabelledImages part(byte[] records) {
    int count = records.length / RECORD;
    byte[] labels = new byte[count];
    byte[] pixels = new byte[count * LabelledImages.COLOUR_PIXELS];
    for (int i = 0; i < count; i++) {
      labels[i] = records[i * RECORD];
      System.arraycopy(
          records,
          i * RECORD + 1,
          pixels,
          i * LabelledImages.COLOUR_PIXELS,
          LabelledImages.COLOUR_PIXELS);
    }
    return new LabelledImages(
        CLASSES, pixels, labels, PixelScale.unit(LabelledImages.COLOUR_PIXELS));
  }

  private DataException problem(String what) {
    return new DataException(
        where
            + " "
            + what
            + "; fetch the binary version of CIFAR-10 again, or use --data embedded");
  }
}
