package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.finetuning.GradualUnfreezing;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network that knows eight classes learns the other two from 200 images: its old layers stay
 * frozen, all learn from the first step on, or they are unfrozen one after the other, lower ones at
 * lower rates.
 */
@AutoService(Experiment.class)
public final class StagedUnfreezing implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final int IMAGES = 200;

  @Override
  public About about() {
    return new About(
            "gradual-unfreezing",
            "fine-tuning with old layers frozen, all free at once, and unfrozen one by one",
            Duration.ofSeconds(8),
            10)
        .in(Section.TRANSFER);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "layers that are unfrozen one by one do as well as frozen ones, or better: 0.01",
            averages ->
                averages.get(accuracy("gradual")) >= averages.get(accuracy("frozen")) - 0.01));
  }

  private static String accuracy(String how) {
    return "test accuracy, " + how;
  }

  @Override
  public void run(Context context) {
    ImageData all = context.images(DRAWN_IMAGES);
    ImageData eight = all.onlyClasses(1, 3, 4, 5, 6, 7, 8, 9);
    MultiLayerNetwork old =
        new MultiLayerNetwork(new Adam(0.001).configure(network(context.seed())));
    old.init();
    old.setListeners(context.progress("eight classes", 3));
    old.fit(eight.train().shuffledBatches(32, context.seed()), 3);

    ImageData two = all.onlyClasses(2, 0).firstTrain(IMAGES);
    DataSetIterator few = two.train().shuffledBatches(32, context.seed());
    int epochs = context.epochs();

    MultiLayerNetwork frozen = Freezing.freeze(withNewHead(old), LayerSelector.allButLast(1));
    frozen.fit(few, epochs);
    report(context, "frozen", frozen, two);

    MultiLayerNetwork free = withNewHead(old);
    free.fit(few, epochs);
    report(context, "all at once", free, two);

    MultiLayerNetwork unfrozen =
        new GradualUnfreezing()
            .atEpoch(epochs / 4, LayerSelector.at(2), 0.5)
            .atEpoch(epochs / 2, LayerSelector.at(1), 0.25)
            .atEpoch(3 * epochs / 4, LayerSelector.at(0), 0.125)
            .warmupSteps(10)
            .fit(withNewHead(old), few, epochs);
    report(context, "gradual", unfrozen, two);
  }

  private static void report(Context context, String how, MultiLayerNetwork net, ImageData two) {
    context.report(accuracy(how), net.evaluate(two.test().batches(500)).accuracy());
  }

  private static MultiLayerNetwork withNewHead(MultiLayerNetwork old) {
    return new TransferBuilder(old)
        .dropLast(1)
        .add(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build())
        .freeze(LayerSelector.none())
        .optimizer(new Adam(0.001))
        .forgetState()
        .build();
  }

  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(8)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .build();
  }
}
