package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class SparseSigmoidTest extends ActivationContract {

  @Override
  protected String spec() {
    return "sparse_sigmoid";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "sparse_sigmoid");
  }

  @Override
  protected double[] kinks() {
    return new double[] {-1, 1};
  }
}
