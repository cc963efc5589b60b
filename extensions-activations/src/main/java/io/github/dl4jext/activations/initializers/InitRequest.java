package io.github.dl4jext.activations.initializers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/** Holds what a layer asks of its initialiser: the fans and the shape that it passes. */
record InitRequest(double fanIn, double fanOut, long[] shape, char order) {

  private static final long SEED = 1;

  /** Enough for a standard error of 1.4 % in the variance of normal weights. */
  private static final long SAMPLES = 10_000;

  private static final long MOST_ARRAYS = 1_000;

  /** Larger arrays are cut: more weights say no more about their variance. */
  private static final long MOST_WEIGHTS = 1 << 20;

  /** Records what it is asked for and draws nothing. */
  private static final class Recorder implements IWeightInit {
    private static final long serialVersionUID = 1L;
    private final transient List<InitRequest> requests = new ArrayList<>();

    @Override
    public INDArray init(
        double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
      requests.add(new InitRequest(fanIn, fanOut, shape.clone(), order));
      return paramView.reshape(order, shape);
    }
  }

  /**
   * The weights between a layer's input and its activation: for a recurrent layer the input
   * weights, for a separable convolution the point-wise ones. The layer's own code is run, so that
   * this works for layers of other libraries too.
   *
   * @return empty for layers without weights, and for those whose sizes are not known yet
   */
  static Optional<InitRequest> recorded(NeuralNetConfiguration conf, BaseLayer layer) {
    long length = layer.initializer().numParams(layer);
    if (length <= 0) {
      return Optional.empty();
    }
    Recorder recorder = new Recorder();
    BaseLayer copy = layer.clone();
    copy.setWeightInitFn(recorder);
    if (copy instanceof BaseRecurrentLayer recurrent) {
      recurrent.setWeightInitFnRecurrent(recorder);
    }
    NeuralNetConfiguration copyConf = conf.clone();
    copyConf.setLayer(copy);
    // Only the biases are written, so the system gives it next to no memory.
    try (INDArray params = Nd4j.createUninitialized(DataType.FLOAT, length)) {
      copy.initializer().init(copyConf, params, true);
    }
    if (recorder.requests.isEmpty()) {
      return Optional.empty();
    }
    int which = layer instanceof SeparableConvolution2D ? recorder.requests.size() - 1 : 0;
    return Optional.of(recorder.requests.get(which));
  }

  /** Runs something that draws numbers, and restores the state of the thread's random generator. */
  static <T> T withoutTouchingRandom(Supplier<T> drawing) {
    Random random = Nd4j.getRandom();
    long seed = random.getSeed();
    long root = random.rootState();
    long node = random.nodeState();
    try {
      return drawing.get();
    } finally {
      random.setSeed(seed);
      random.setStates(root, node);
    }
  }

  /** The variance that an initialiser gives these weights, about their mean. */
  double variance(IWeightInit init) {
    return withoutTouchingRandom(() -> measure(init));
  }

  /** The variance by the formula if it is a variance-scaling initialiser, else the measured one. */
  double exactVariance(IWeightInit init) {
    if (init instanceof VarianceScaling scaling) {
      return scaling.variance(fans());
    }
    return init instanceof NamedScaling named ? named.scaling().variance(fans()) : variance(init);
  }

  private double measure(IWeightInit init) {
    Nd4j.getRandom().setSeed(SEED);
    long[] cut = cutShape();
    // Ours count the fans from the shape, which is no longer the layer's once it is cut.
    boolean ours = init instanceof VarianceScaling || init instanceof NamedScaling;
    Fans given = ours && !Arrays.equals(cut, shape) ? fans() : new Fans(fanIn, fanOut);
    long length = Arrays.stream(cut).reduce(1, (a, b) -> a * b);
    long arrays = Math.min(MOST_ARRAYS, (SAMPLES + length - 1) / length);
    double sum = 0;
    double squares = 0;
    try (INDArray view = Nd4j.create(DataType.FLOAT, length)) {
      for (long i = 0; i < arrays; i++) {
        init.init(given.in(), given.out(), cut, order, view);
        for (double w : view.data().asDouble()) {
          sum += w;
          squares += w * w;
        }
      }
    }
    double mean = sum / (arrays * length);
    return Math.max(0, squares / (arrays * length) - mean * mean);
  }

  private Fans fans() {
    return Fans.counted(fanIn, fanOut, shape);
  }

  /** Keeps the longer side of the matrix, on which an orthogonal one's variance depends. */
  private long[] cutShape() {
    long length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (length <= MOST_WEIGHTS || shape.length < 2) {
      return shape;
    }
    int shorter = shape[0] >= length / shape[0] ? 1 : 0;
    long[] cut = shape.clone();
    cut[shorter] = Math.max(1, MOST_WEIGHTS / (length / shape[shorter]));
    return cut;
  }
}
