package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.testkit.DropoutContract;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.ndarray.INDArray;

/** All dropouts of this module can take their noise from a seed per row. */
abstract class SeededDropoutContract extends DropoutContract {

  @Override
  protected final boolean disturb(IDropout dropout, INDArray activations, long... rowSeeds) {
    ((SeededNoise) dropout).disturb(activations, new CounterRandom(rowSeeds), 0, 0);
    return true;
  }
}
