package io.github.dl4jext.network;

import java.util.function.Supplier;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/** Lets arrays outlive the step in whose workspace a listener may be called. */
final class Workspaces {

  private Workspaces() {}

  /** Runs an action with all workspaces of this thread left. */
  static <T> T outside(Supplier<T> action) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      return action.get();
    } finally {
      outside.close();
    }
  }
}
