package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import io.github.dl4jext.spi.TechniqueValue;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.BernoulliDistribution;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * DropConnect: a layer computes with {@code k w / (1 - r)}, where every weight draws its own k,
 * which is 0 with probability r, else 1.
 *
 * <p>It drops connections instead of units. In a recurrent layer it drops recurrent weights too,
 * the same ones in all time steps; dropout of activations would erase the layer's memory.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share dropped</td></tr>
 * <tr><td>-</td><td>biases</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>In training.</b> All examples of a step have the same mask, in the forward and in the
 * backward pass. The mean of a weighted sum is kept. Outside training nothing changes. The gradient
 * of a weight is the one with respect to {@code k w / (1 - r)}, because DL4J treats the noise as a
 * part of the weight.
 *
 * <p><b>Shape and type.</b> Weights of any shape, any floating type. The disturbed parameters are
 * new arrays at each step; the network's own parameters do not change. Layers and threads may share
 * an instance. The random numbers are those of {@code Nd4j.getRandom()}.
 *
 * <p><b>Edges.</b> With a rate of 0 the weights stay the same, bit for bit. NaN stays NaN, dropped
 * or not.
 *
 * <p><b>Check.</b> With rate 0.2 a weight of 4 becomes 0 or 5.
 *
 * <p><b>Departs from the paper.</b> The paper draws a mask for each example, and outside training
 * it samples from a normal distribution. Here weights are scaled in training, and outside training
 * they are used as they are. <b>From DL4J.</b> DL4J's {@code DropConnect} takes the share that is
 * kept. It does not scale, so that sums are larger outside training than in training, and it drops
 * biases outside training too.
 *
 * @see <a href="https://proceedings.mlr.press/v28/wan13.html">Wan et al. (2013)</a>
 */
public final class DropConnect extends TechniqueValue<IWeightNoise>
    implements IWeightNoise, SeededWeightNoise {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share of the weights that is dropped");
  public static final Parameter<Boolean> BIASES =
      Parameter.flag("biases").orElse(false).doc("whether biases are dropped too");

  private static final Technique<IWeightNoise> TECHNIQUE =
      Technique.of(IWeightNoise.class, "drop_connect")
          .summary(
              "weights set to zero with a probability, else scaled up so that sums keep their mean")
          .from("https://proceedings.mlr.press/v28/wan13.html")
          .taking(RATE, BIASES)
          .madeBy(DropConnect::new);

  /**
   * Drops a constant share of the weights, and no biases.
   *
   * @param rate share of the weights that is dropped, in {@code [0, 1)}
   * @return the weight noise
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the rate is null or out of range
   */
  public static DropConnect dropping(double rate) {
    return new DropConnect(Arguments.of(RATE, rate));
  }

  /**
   * Drops a share of the weights that follows a schedule, and no biases.
   *
   * @param rate share of the weights that is dropped, in {@code [0, 1)} at each step
   * @return the weight noise
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the rate is null or out of range
   */
  public static DropConnect dropping(ISchedule rate) {
    return new DropConnect(Arguments.of(RATE, rate));
  }

  /**
   * Drops biases too.
   *
   * @return a new weight noise with the same rate
   */
  public DropConnect withBiases() {
    return new DropConnect(Arguments.of(RATE, get(RATE)).with(BIASES, true));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  DropConnect(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  public INDArray getParameter(
      Layer layer,
      String paramKey,
      int iteration,
      int epoch,
      boolean train,
      LayerWorkspaceMgr workspaceMgr) {
    INDArray parameter = layer.getParam(paramKey);
    if (!train || !isDropped(layer.conf().getLayer(), paramKey)) {
      return parameter;
    }
    double dropped = at(RATE, iteration, epoch);
    if (dropped == 0) {
      return parameter;
    }
    INDArray noisy =
        workspaceMgr.createUninitialized(
            ArrayType.INPUT, parameter.dataType(), parameter.shape(), parameter.ordering());
    Nd4j.getExecutioner().exec(new BernoulliDistribution(noisy, 1 - dropped));
    return noisy.muli(1 / (1 - dropped)).muli(parameter);
  }

  @Override
  public INDArray disturbed(
      Layer layer, String key, CounterRandom draws, int iteration, int epoch) {
    INDArray parameter = layer.getParam(key);
    double dropped = at(RATE, iteration, epoch);
    if (dropped == 0 || !isDropped(layer.conf().getLayer(), key)) {
      return parameter;
    }
    long[] row = {1, parameter.length()};
    INDArray noisy = parameter.dup('c').reshape('c', row);
    draws.keep(noisy, 1 - dropped, 1 / (1 - dropped));
    return noisy.reshape('c', parameter.shape()).dup(parameter.ordering());
  }

  private boolean isDropped(org.deeplearning4j.nn.conf.layers.Layer layer, String key) {
    ParamInitializer parameters = layer.initializer();
    return parameters.isWeightParam(layer, key)
        || get(BIASES) && parameters.isBiasParam(layer, key);
  }

  @Override
  public boolean actsAt(int iteration, int epoch) {
    return at(RATE, iteration, epoch) != 0;
  }

  @Override
  public IWeightNoise clone() {
    return again();
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightNoise> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
