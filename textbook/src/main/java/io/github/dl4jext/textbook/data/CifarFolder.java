package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a folder with the six files of CIFAR-10's binary version, or a folder that has them in its
 * subfolder {@code cifar-10-batches-bin}, as in the unpacked archive.
 */
final class CifarFolder {

  private static final String UNPACKED = "cifar-10-batches-bin";

  private CifarFolder() {}

  /** Whether the folder has any of the files. */
  static boolean isOne(Path folder) {
    return Files.isDirectory(inner(folder));
  }

  static ImageData read(Path folder, String name) {
    Path files = inner(folder);
    CifarRecords records = new CifarRecords("the folder " + files);
    for (String file : CifarRecords.FILES) {
      Path path = files.resolve(file);
      if (Files.isRegularFile(path)) {
        try (InputStream in = Files.newInputStream(path)) {
          records.add(file, in);
        } catch (IOException e) {
          throw new DataException(
              path + " cannot be read (" + e + "): check that it is a file that you may read", e);
        }
      }
    }
    return records.toData(name);
  }

  /** The folder or subfolder that has any of the files; the subfolder if neither has. */
  private static Path inner(Path folder) {
    for (Path each : List.of(folder, folder.resolve(UNPACKED))) {
      if (Files.exists(each.resolve(CifarRecords.TRAIN.get(0)))
          || Files.exists(each.resolve(CifarRecords.TEST))) {
        return each;
      }
    }
    return folder.resolve(UNPACKED);
  }
}
