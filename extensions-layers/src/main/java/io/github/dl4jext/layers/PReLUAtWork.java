package io.github.dl4jext.layers;

import io.github.dl4jext.network.HostMemory;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A PReLU in a network. */
final class PReLUAtWork extends ShapeKeepingAtWork<PReLU> {

  private static final long serialVersionUID = 1L;

  PReLUAtWork(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    INDArray input = DenseArrays.dense(this.input, dataType, ArrayType.FF_WORKING_MEM, workspaces);
    INDArray output =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, input.dataType(), input.shape(), 'c');
    Grouping grouping = grouping(input);
    double[] slopes = numbers(SlopesOfPReLU.ALPHA, training, workspaces);
    Presence mask = presence(input);
    int length = grouping.length();
    HostMemory from = new HostMemory(input, length);
    HostMemory to = new HostMemory(output, length);
    double[] x = new double[length];
    for (long example = 0; example < input.size(0); example++) {
      from.read(example * length, x, length);
      for (int i = 0; i < length; i++) {
        boolean absent = mask != null && !mask.has(example, grouping.position()[i]);
        x[i] = absent ? 0 : x[i] > 0 ? x[i] : slopes[grouping.gain()[i]] * x[i];
      }
      to.write(example * length, x, length);
    }
    return DenseArrays.inTypeOf(output, dataType, ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray outer, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    applyDropOutIfNecessary(true, workspaces);
    INDArray input = DenseArrays.dense(this.input, dataType, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray above = DenseArrays.dense(outer, dataType, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray inner =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), 'c');
    Grouping grouping = grouping(input);
    double[] slopes = numbers(SlopesOfPReLU.ALPHA, true, workspaces);
    Presence mask = presence(input);
    int length = grouping.length();
    HostMemory from = new HostMemory(input, length);
    HostMemory along = new HostMemory(above, length);
    HostMemory to = new HostMemory(inner, length);
    double[] x = new double[length];
    double[] dy = new double[length];
    double[] gradient = new double[slopes.length];
    for (long example = 0; example < input.size(0); example++) {
      from.read(example * length, x, length);
      along.read(example * length, dy, length);
      for (int i = 0; i < length; i++) {
        int slope = grouping.gain()[i];
        if (mask != null && !mask.has(example, grouping.position()[i])) {
          dy[i] = 0;
        } else if (!(x[i] > 0)) {
          gradient[slope] += dy[i] * x[i];
          dy[i] *= slopes[slope];
        }
      }
      to.write(example * length, dy, length);
    }
    Gradient gradients = new DefaultGradient();
    put(gradients, SlopesOfPReLU.ALPHA, gradient);
    weightNoiseParams.clear();
    INDArray typed = DenseArrays.inTypeOf(inner, dataType, ArrayType.ACTIVATION_GRAD, workspaces);
    return new Pair<>(gradients, backpropDropOutIfPresent(typed));
  }

  @Override
  public Type type() {
    return Type.FEED_FORWARD;
  }
}
