package io.github.dl4jext.network;

import io.github.dl4jext.spi.ParameterName;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Says where a parameter lies in a network's vectors of parameters and of gradients.
 *
 * @param node the layer or vertex that has it
 * @param parameter its name there, such as {@code W}
 * @param value the parameter itself, a view of the network's vector
 * @param from where it begins in the vectors
 */
public record ParameterSlot(LiveNode node, String parameter, INDArray value, long from) {

  /**
   * The parameter's name in the network.
   *
   * @return node and parameter
   */
  public ParameterName name() {
    return new ParameterName(node.name(), parameter);
  }

  /**
   * The name by which DL4J's tables of parameters and gradients know it.
   *
   * @return such as {@code 0_W}, or {@code dense_W} in a graph
   */
  public String key() {
    return node.key() + "_" + parameter;
  }

  /**
   * The first place after it.
   *
   * @return where it ends in the vectors
   */
  public long to() {
    return from + value.length();
  }

  /**
   * Its part of a vector that is laid out as the network's parameters are.
   *
   * @param vector such a vector, as of all parameters or all gradients
   * @return a view of rank 1
   */
  public INDArray in(INDArray vector) {
    return vector.reshape(vector.length()).get(NDArrayIndex.interval(from, to()));
  }

  /**
   * Whether its part of the vector of gradients is a gradient. DL4J passes the changes of batch
   * normalization's running statistics in that vector too, and these are not gradients.
   *
   * @return false for statistics
   */
  public boolean hasGradient() {
    return node.trainable().updaterDivideByMinibatch(parameter);
  }

  /**
   * Whether a step of supervised training changes it.
   *
   * @return false for statistics, for frozen parameters, and for those that only pretraining uses
   */
  public boolean learns() {
    TrainingConfig config = node.trainable().getConfig();
    return !node.isFrozen()
        && hasGradient()
        && !(config.getUpdaterByParam(parameter) instanceof NoOp)
        && !config.isPretrainParam(parameter);
  }
}
