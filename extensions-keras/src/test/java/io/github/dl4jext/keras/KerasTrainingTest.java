package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.activations.LogSoftmax;
import io.github.dl4jext.keras.KerasReport.Treatment;
import io.github.dl4jext.regularization.labels.LabelSmoothing;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The loss and the optimizer of a file are those of the trainable network. */
class KerasTrainingTest {

  private static final INDArray LABELS =
      Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}});

  private static BaseOutputLayer top(MultiLayerNetwork network) {
    return (BaseOutputLayer) network.getLayer(network.getnLayers() - 1).conf().getLayer();
  }

  @Test
  void aTrainableNetworkPredictsAsTheFile() {
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path("dense_3_5_0"));
    INDArray x = KerasFiles.inputs("dense_3_5_0")[0];
    assertThat(model.trainable().output(x)).isEqualTo(model.network().output(x));
    assertThat(model.strict()).isSameAs(model);
  }

  @Test
  void labelsAreSmoothedAsTheFileSays() {
    MultiLayerNetwork net = KerasImport.sequential(KerasFiles.path("loss_smoothed")).trainable();
    assertThat(top(net).getLossFn()).isEqualTo(new LabelSmoothing(0.1, new LossMCXENT()));
    INDArray x = KerasFiles.inputs("loss_smoothed")[0];
    INDArray smoothed = LABELS.mul(0.9).addi(0.05);
    double wanted = -Transforms.log(net.output(x)).muli(smoothed).sumNumber().doubleValue() / 4;
    assertThat(net.score(new DataSet(x, LABELS))).isCloseTo(wanted, within(1e-6));
  }

  @Test
  void logitsBecomeProbabilitiesInTheTrainableNetworkAlone() {
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path("loss_logits"));
    INDArray x = KerasFiles.inputs("loss_logits")[0];
    MultiLayerNetwork net = model.trainable();
    assertThat(top(net).getActivationFn()).isEqualTo(new ActivationSoftmax());
    assertThat(net.output(x)).isEqualTo(Transforms.softmax(model.network().output(x)));
    assertThat(model.report().of("training"))
        .anyMatch(
            entry ->
                entry.treatment() == Treatment.REPLACED && entry.text().contains("from_logits"));
  }

  /** The softmax of log-probabilities is that of the sums themselves. */
  @Test
  void logProbabilitiesAreLogitsToo() {
    KerasModel<MultiLayerNetwork> model =
        KerasImport.sequential(KerasFiles.path("loss_log_softmax"));
    INDArray x = KerasFiles.inputs("loss_log_softmax")[0];
    BaseLayer dense = (BaseLayer) model.network().getLayer(0).conf().getLayer();
    assertThat(dense.getActivationFn()).isEqualTo(new LogSoftmax());
    MultiLayerNetwork net = model.trainable();
    assertThat(top(net).getActivationFn()).isEqualTo(new ActivationSoftmax());
    INDArray logs = Transforms.log(net.output(x)).subi(model.network().output(x));
    assertThat(logs.amaxNumber().doubleValue()).isLessThan(1e-6);
  }

  @Test
  void hubersLossHasItsDelta() {
    for (var each : Map.of("loss_huber", 0.7, "loss_huber_default", 1.0).entrySet()) {
      MultiLayerNetwork net = KerasImport.sequential(KerasFiles.path(each.getKey())).trainable();
      double delta = each.getValue();
      assertThat(top(net).getLossFn()).isEqualTo(new HuberLoss(delta));
      INDArray x = KerasFiles.inputs(each.getKey())[0];
      double sum = 0;
      for (double e : net.output(x).subi(LABELS).ravel().toDoubleVector()) {
        double size = Math.abs(e);
        sum += size <= delta ? e * e / 2 : delta * size - delta * delta / 2;
      }
      assertThat(net.score(new DataSet(x, LABELS))).isCloseTo(sum / 8, within(1e-6));
    }
  }

  /** A convolution on top has no loss itself: a layer without parameters is put on it. */
  @Test
  void imagesHaveALossOfTheirPixels() {
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path("loss_on_images"));
    MultiLayerNetwork net = model.trainable();
    INDArray x = KerasFiles.inputs("loss_on_images")[0];
    INDArray p = net.output(x);
    assertThat(Transforms.sigmoid(model.network().output(x)).sub(p).amaxNumber().doubleValue())
        .isLessThan(1e-6);
    INDArray labels = Nd4j.rand(x.shape()).gt(0.5).castTo(x.dataType());
    INDArray smoothed = labels.mul(0.8).addi(0.1);
    double wanted =
        -Transforms.log(p)
                .muli(smoothed)
                .addi(Transforms.log(p.rsub(1)).muli(smoothed.rsub(1)))
                .sumNumber()
                .doubleValue()
            / 3;
    DataSet data = new DataSet(x, labels);
    double before = net.score(data);
    assertThat(before).as("the sum over the pixels").isCloseTo(wanted, within(1e-5));
    for (int step = 0; step < 20; step++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before);
  }

  @Test
  void eachOutputOfAGraphHasItsLoss() {
    ComputationGraph net = KerasImport.graph(KerasFiles.path("two_inputs")).trainable();
    assertThat(((BaseOutputLayer) net.getLayer("mean").conf().getLayer()).getLossFn())
        .isEqualTo(new LossMSE());
    assertThat(((BaseOutputLayer) net.getLayer("kind").conf().getLayer()).getLossFn())
        .isEqualTo(new LossMCXENT());
  }

  /** The softmax of the logits is not what the layers above are given. */
  @Test
  void anInnerOutputHasItsLossOnTop() {
    KerasModel<ComputationGraph> model = KerasImport.graph(KerasFiles.path("inner_outputs"));
    INDArray x = KerasFiles.inputs("inner_outputs")[0];
    INDArray[] given = model.trainable().output(x);
    INDArray[] wanted = model.network().output(x);
    assertThat(given[1].sub(Transforms.softmax(wanted[1])).amaxNumber().doubleValue())
        .isLessThan(1e-6);
    assertThat(given[2].sub(wanted[2]).amaxNumber().doubleValue()).isLessThan(1e-6);
  }

  /** The mean over the units, as Keras has it, where DL4J's own loss is the sum. */
  @Test
  void binaryCrossEntropyIsAMean() {
    ComputationGraph net = KerasImport.graph(KerasFiles.path("residual_convolution")).trainable();
    INDArray x = KerasFiles.inputs("residual_convolution")[0];
    INDArray labels = LABELS.getRows(0, 1, 2);
    INDArray p = net.outputSingle(x);
    double wanted =
        -Transforms.log(p)
            .muli(labels)
            .addi(Transforms.log(p.rsub(1)).muli(labels.rsub(1)))
            .meanNumber()
            .doubleValue();
    assertThat(net.score(new DataSet(x, labels))).isCloseTo(wanted, within(1e-6));
  }

  /** Of Keras before 2.11, with lr, decay and a schedule. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "old_rmsprop | RMSprop(learningRate=Power[initialRate=0.01, stepSize=1000.0,",
        "old_rmsprop | convention=torch",
        "old_nadam | momentumDecay=0.004",
        "old_adam | Adam(learningRate=Exponential[initialRate=0.01, decayRate=0.5, decaySteps=100"
      })
  void oldFilesTrain(String file, String optimizer) {
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path(file)).strict();
    assertThat(model.report().of("training").toString()).contains(optimizer);
    MultiLayerNetwork net = model.trainable();
    DataSet data = new DataSet(KerasFiles.inputs(file)[0], LABELS);
    double before = net.score(data);
    for (int step = 0; step < 20; step++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before);
  }

  @Test
  void whatIsNotKnownIsSaidInTheReportAndWhenItIsAskedFor() {
    for (String file : new String[] {"unknown_optimizer"}) {
      KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path(file));
      assertThat(model.network().numParams()).isPositive();
      assertThat(model.report().of(Treatment.IGNORED))
          .singleElement()
          .satisfies(entry -> assertThat(entry.text()).contains("is not known; known are"));
      assertThatThrownBy(model::trainable)
          .isInstanceOf(KerasImportException.class)
          .hasMessageContaining("is not known; known are")
          .hasMessageContaining("TransferBuilder");
      assertThatThrownBy(model::strict).hasMessageContaining("is not known; known are");
    }
  }
}
