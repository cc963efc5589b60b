package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread of one process at a time work in a folder; the others wait. */
final class FolderLock {
  /** A file lock belongs to the process, so threads need another between them. */
  private static final ReentrantLock BETWEEN_THREADS = new ReentrantLock();

  private FolderLock() {}

  /** What is done while the lock is held. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  static void whileHeld(Path folder, Work work) throws IOException {
    BETWEEN_THREADS.lock();
    // The lock file stays: were it deleted, a process that waits for it and one that makes it anew
    // would both have a lock.
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      work.run();
    } finally {
      BETWEEN_THREADS.unlock();
    }
  }
}
