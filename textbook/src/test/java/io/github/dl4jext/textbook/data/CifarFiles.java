package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Makes small files in the form of CIFAR-10's binary version. */
public final class CifarFiles {

  static final int RECORD = 3_073;

  private CifarFiles() {}

  /** Image i of file f has the label i and the pixels 10 f + i. */
  static byte[] records(int file, int images) {
    byte[] content = new byte[images * RECORD];
    for (int i = 0; i < images; i++) {
      Arrays.fill(content, i * RECORD, (i + 1) * RECORD, (byte) (10 * file + i));
      content[i * RECORD] = (byte) i;
    }
    return content;
  }

  /** All six files, with so many images each. */
  public static void writeAll(Path to, int images) throws IOException {
    Files.createDirectories(to);
    for (int i = 0; i < CifarRecords.FILES.size(); i++) {
      Files.write(to.resolve(CifarRecords.FILES.get(i)), records(i, images));
    }
  }
}
