package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerGolden;

/** The files of golden paths. */
final class GoldenFiles {

  private GoldenFiles() {}

  /** A path with a problem of its own, stored by its spec. */
  static OptimizerGolden more(String spec) {
    return OptimizerGolden.read("/golden/optimizers-more.json", spec, spec);
  }

  /** A path down the one problem of the first file. */
  static OptimizerGolden first(String name, String spec) {
    return OptimizerGolden.read("/golden/optimizers.json", name, spec);
  }
}
