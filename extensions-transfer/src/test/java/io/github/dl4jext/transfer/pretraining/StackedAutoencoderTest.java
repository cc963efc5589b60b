package io.github.dl4jext.transfer.pretraining;

import static io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachineTest.batches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.transfer.Nets;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.apache.commons.math3.stat.inference.TTest;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Learning without labels. */
class StackedAutoencoderTest {

  static final int EXAMPLES = 240;
  static final int INPUTS = 8;

  static DenseLayer dense(int out, Activation activation) {
    return new DenseLayer.Builder().nOut(out).activation(activation).build();
  }

  /** Three numbers, told by eight, with a little noise. */
  static INDArray manifold(long seed) {
    Nd4j.getRandom().setSeed(100);
    INDArray mix = Nd4j.randn(DataType.DOUBLE, 3, INPUTS);
    Nd4j.getRandom().setSeed(seed);
    INDArray hidden = Nd4j.randn(DataType.DOUBLE, EXAMPLES, 3);
    INDArray data = hidden.mmul(mix).addi(Nd4j.randn(DataType.DOUBLE, EXAMPLES, INPUTS).muli(0.1));
    return data.subiRowVector(data.mean(0)).castTo(DataType.FLOAT);
  }

  /** Mean squared error of telling centred data by so many principal components. */
  private static double pca(INDArray data, int components) {
    double[] variances =
        new EigenDecomposition(
                new Covariance(
                        MatrixUtils.createRealMatrix(data.castTo(DataType.DOUBLE).toDoubleMatrix()),
                        false)
                    .getCovarianceMatrix())
            .getRealEigenvalues();
    return Arrays.stream(variances).sorted().limit(INPUTS - components).sum() / INPUTS;
  }

  @Test
  void linearCodesComeDownToPrincipalComponents() {
    INDArray data = manifold(1);
    DataSetIterator batches = batches(data, 60);

    double error =
        StackedAutoencoder.builder(dense(2, Activation.IDENTITY))
            .epochs(120)
            .updater(new Adam(0.02))
            .build()
            .pretrain(batches)
            .reconstructionError(batches);

    double best = pca(data, 2);
    assertThat(error).as("no linear code is better").isGreaterThan(best * (1 - 1e-4));
    assertThat(error).isLessThan(1.05 * best);
  }

  @Test
  void deepOnesLearnLayerByLayerAndAllAtOnce() {
    INDArray data = manifold(1);
    DataSetIterator batches = batches(data, 60);
    for (boolean greedy : new boolean[] {true, false}) {
      PretrainedStack stack =
          StackedAutoencoder.builder(dense(6, Activation.TANH), dense(3, Activation.IDENTITY))
              .epochs(100)
              .updater(new Adam(0.01))
              .greedy(greedy)
              .build()
              .pretrain(batches);

      double error = stack.reconstructionError(batches);
      assertThat(error).as("greedy " + greedy).isLessThan(0.2 * pca(data, 0));
      assertThat(stack.encoder().output(data).columns()).isEqualTo(3);
      assertThat(stack.autoencoder().output(data).columns()).isEqualTo(INPUTS);
      assertThat(stack.autoencoder().feedForward(data).get(2))
          .isEqualTo(stack.encoder().output(data));
    }
  }

  @Test
  void denoisersUndoTheirCorruption() {
    DataSetIterator batches = batches(manifold(1), 60);
    INDArray unseen = manifold(2);
    for (Corruption corruption :
        new Corruption[] {new MaskingNoise(0.3), new GaussianCorruption(0.8)}) {
      INDArray corrupted = corruption.task(unseen, draws(EXAMPLES)).getFeatures();
      double plain = error(trained(Corruption.NONE, batches), corrupted, unseen);
      double denoising = error(trained(corruption, batches), corrupted, unseen);
      assertThat(denoising).as(corruption.toString()).isLessThan(0.9 * plain);
    }
  }

  @Test
  void maskedInputsAreToldByTheirNeighbours() {
    DataSetIterator batches = batches(manifold(1), 60);
    INDArray unseen = manifold(2);
    DataSet task = new MaskedReconstruction(0.25).task(unseen, draws(EXAMPLES));
    INDArray told =
        trained(new MaskedReconstruction(0.25), batches).autoencoder().output(task.getFeatures());

    INDArray hidden = task.getLabelsMaskArray();
    double error = told.sub(unseen).muli(hidden).norm2Number().doubleValue();
    double mean = unseen.mul(hidden).norm2Number().doubleValue();
    assertThat(error * error).as("against telling the mean").isLessThan(0.5 * mean * mean);
  }

  private static PretrainedStack trained(Corruption corruption, DataSetIterator batches) {
    return StackedAutoencoder.builder(dense(6, Activation.TANH))
        .corruption(corruption)
        .epochs(80)
        .updater(new Adam(0.01))
        .build()
        .pretrain(batches);
  }

  private static double error(PretrainedStack stack, INDArray shown, INDArray clean) {
    double distance = clean.distance2(stack.autoencoder().output(shown));
    return distance * distance / clean.length();
  }

  static CounterRandom draws(int rows) {
    return new CounterRandom(LongStream.range(0, rows).map(row -> 7919 * row + 1).toArray());
  }

  @Test
  void dl4jClimbsTheLossWhereOursDescends() {
    Nd4j.getRandom().setSeed(3);
    INDArray data = Nd4j.rand(DataType.FLOAT, 60, INPUTS);
    MultiLayerNetwork theirs =
        new MultiLayerNetwork(
            Nets.base(DataType.FLOAT)
                .updater(new Sgd(0.1))
                .list()
                .layer(autoEncoder(INPUTS, 6))
                .layer(autoEncoder(6, 4))
                .layer(
                    new org.deeplearning4j.nn.conf.layers.OutputLayer.Builder()
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    theirs.init();
    double before = theirError(theirs, data);
    for (int i = 0; i < 100; i++) {
      theirs.pretrainLayer(0, data);
    }
    assertThat(theirError(theirs, data))
        .as("DL4J's gradient has the wrong sign")
        .isGreaterThan(2 * before);
    assertThatThrownBy(() -> theirs.pretrainLayer(1, data))
        .as("DL4J takes the wrong layer below the second")
        .isInstanceOf(RuntimeException.class);

    DataSetIterator batches = batches(data, 60);
    double[] errors = new double[2];
    for (int i = 0; i < 2; i++) {
      errors[i] =
          StackedAutoencoder.builder(dense(6, Activation.SIGMOID), dense(4, Activation.SIGMOID))
              .binary(true)
              .updater(new Sgd(0.5))
              .epochs(i == 0 ? 1 : 100)
              .build()
              .pretrain(batches)
              .reconstructionError(batches);
    }
    assertThat(errors[1]).isLessThan(errors[0]);
  }

  private static AutoEncoder autoEncoder(int in, int out) {
    return new AutoEncoder.Builder()
        .nIn(in)
        .nOut(out)
        .corruptionLevel(0)
        .activation(Activation.SIGMOID)
        .build();
  }

  private static double theirError(MultiLayerNetwork net, INDArray data) {
    var layer = (org.deeplearning4j.nn.layers.feedforward.autoencoder.AutoEncoder) net.getLayer(0);
    var workspaces = org.deeplearning4j.nn.workspace.LayerWorkspaceMgr.noWorkspaces();
    INDArray again = layer.decode(layer.encode(data, false, workspaces), workspaces);
    double distance = data.distance2(again);
    return distance * distance / data.length();
  }

  @Test
  void sameSeedSameWeightsAndListenersAreCalled() {
    INDArray data = manifold(1);
    double[] first = weights(data, 5);
    assertThat(weights(data, 5)).isEqualTo(first);
    assertThat(weights(data, 6)).isNotEqualTo(first);
    int[] calls = new int[2];
    StackedAutoencoder.builder(dense(4, Activation.TANH), dense(3, Activation.TANH))
        .epochs(3)
        .listeners(
            new BaseTrainingListener() {
              @Override
              public void iterationDone(
                  org.deeplearning4j.nn.api.Model model, int iteration, int epoch) {
                calls[0]++;
              }

              @Override
              public void onEpochEnd(org.deeplearning4j.nn.api.Model model) {
                calls[1]++;
              }
            })
        .build()
        .pretrain(batches(data, 60));
    assertThat(calls).containsExactly(2 * 3 * 4, 2 * 3);
  }

  private static double[] weights(INDArray data, long seed) {
    return StackedAutoencoder.builder(dense(4, Activation.TANH), dense(3, Activation.TANH))
        .corruption(new MaskingNoise(0.2))
        .epochs(2)
        .seed(seed)
        .build()
        .pretrain(batches(data, 60))
        .encoder()
        .params()
        .castTo(DataType.DOUBLE)
        .toDoubleVector();
  }

  /**
   * 40 inputs tell three numbers amid noise; the class is the sign of one of them. Twenty draws of
   * task and labels, each learnt with and without pretraining.
   */
  @Test
  void fewLabelsGoFurtherWithPretraining() {
    int draws = 20;
    double[] scratch = new double[draws];
    double[] pretrained = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      Nd4j.getRandom().setSeed(draw);
      INDArray mix = Nd4j.randn(DataType.FLOAT, 3, 40);
      INDArray hidden = Nd4j.randn(DataType.FLOAT, 900, 3);
      INDArray inputs = hidden.mmul(mix).addi(Nd4j.randn(DataType.FLOAT, 900, 40).muli(2));
      INDArray positive = hidden.getColumn(0, true).gt(0).castTo(DataType.FLOAT);
      INDArray labels = Nd4j.hstack(positive, positive.rsub(1));
      DataSet labelled = rows(inputs, labels, 0, 16);
      DataSet test = rows(inputs, labels, 400, 900);

      MultiLayerNetwork plain = classifier();
      MultiLayerNetwork helped = classifier();
      StackedAutoencoder.builder(dense(3, Activation.IDENTITY))
          .epochs(20)
          .updater(new Adam(0.03))
          .build()
          .pretrain(batches(inputs.get(NDArrayIndex.interval(0, 400), NDArrayIndex.all()), 100))
          .copyInto(helped);
      for (int step = 0; step < 120; step++) {
        plain.fit(labelled);
        helped.fit(labelled);
      }
      scratch[draw] = accuracy(plain, test);
      pretrained[draw] = accuracy(helped, test);
    }
    // 0.802 against 0.760, t = 5.5. Paired, as some draws are harder than others; the bound is
    // passed by chance once in a hundred.
    double bound = new TDistribution(draws - 1).inverseCumulativeProbability(0.99);
    assertThat(new TTest().pairedT(pretrained, scratch)).isGreaterThan(bound);
  }

  private static DataSet rows(INDArray inputs, INDArray labels, int from, int to) {
    var interval = NDArrayIndex.interval(from, to);
    return new DataSet(
        inputs.get(interval, NDArrayIndex.all()).dup(),
        labels.get(interval, NDArrayIndex.all()).dup());
  }

  private static MultiLayerNetwork classifier() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            Nets.base(DataType.FLOAT)
                .list()
                .layer(dense(3, Activation.IDENTITY))
                .layer(Nets.softmax(2))
                .setInputType(InputType.feedForward(40))
                .build());
    net.init();
    return net;
  }

  private static double accuracy(MultiLayerNetwork net, DataSet test) {
    return net.output(test.getFeatures())
        .argMax(1)
        .eq(test.getLabels().argMax(1))
        .castTo(DataType.DOUBLE)
        .meanNumber()
        .doubleValue();
  }

  @Test
  void badInput() {
    assertThatThrownBy(() -> StackedAutoencoder.builder())
        .hasMessageContaining("stacked_autoencoder: layers must be at least one");
    assertThatThrownBy(
            () ->
                StackedAutoencoder.builder(dense(4, Activation.TANH))
                    .epochs(0)
                    .type(DataType.INT32)
                    .corruption(null)
                    .build())
        .hasMessageContaining("epochs must be")
        .hasMessageContaining("type must be FLOAT or DOUBLE, was INT")
        .hasMessageContaining("corruption must be given");
    StackedAutoencoder plain = StackedAutoencoder.builder(dense(4, Activation.TANH)).build();
    assertThatThrownBy(() -> plain.pretrain(batches(Nd4j.ones(4, 2, 3, 3), 2)))
        .hasMessageContaining("features must be [examples, inputs], were [2, 2, 3, 3]: flatten");
    INDArray broken = manifold(1);
    broken.putScalar(70, 2, Float.POSITIVE_INFINITY);
    assertThatThrownBy(() -> plain.pretrain(batches(broken, 60)))
        .hasMessageContaining("batch 2: features must be finite");
    assertThatThrownBy(
            () ->
                StackedAutoencoder.builder(dense(4, Activation.TANH))
                    .binary(true)
                    .build()
                    .pretrain(batches(manifold(1), 60)))
        .hasMessageContaining("batch 1: features must be in [0, 1]");
    assertThatThrownBy(
            () ->
                StackedAutoencoder.builder(dense(4, Activation.IDENTITY))
                    .updater(new Sgd(1e6))
                    .build()
                    .pretrain(batches(manifold(1), 60)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the weights of layer 0 are not finite");
    DenseLayer narrow = new DenseLayer.Builder().nIn(5).nOut(4).activation(Activation.TANH).build();
    assertThatThrownBy(
            () -> StackedAutoencoder.builder(narrow).build().pretrain(batches(manifold(1), 60)))
        .hasMessageContaining("layer 0 reads 5 inputs, but gets 8");
  }
}
