package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
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
import io.github.dl4jext.transfer.pretraining.MaskedReconstruction;
import io.github.dl4jext.transfer.pretraining.StackedAutoencoder;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Pretraining on an auxiliary task that needs no labels: half of the pixels are hidden, and are to
 * be told from the others. Then a head learns on top of the frozen layers from 100 labels, against
 * the same head on layers that have learnt nothing.
 */
@AutoService(Experiment.class)
public final class AuxiliaryTask implements Experiment {

  private static final int DRAWN_IMAGES = 6_000;
  private static final int LABELS = 100;
  private static final int HEAD_EPOCHS = 100;

  @Override
  public About about() {
    return new About(
            "auxiliary-task",
            "layers that learnt to tell hidden pixels, under a head that learns from 100 labels",
            Duration.ofSeconds(12),
            5)
        .in(Section.TRANSFER);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "layers that can tell hidden pixels serve a head better than random ones",
            averages ->
                averages.get("test accuracy, hidden pixels")
                    > averages.get("test accuracy, random")));
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    context.report(
        "test accuracy, hidden pixels", accuracyOn(pretrained(context, data), data, context));
    context.report("test accuracy, random", accuracyOn(untrained(context.seed()), data, context));
  }

  private static MultiLayerNetwork untrained(long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .activation(new ReLU())
                .weightInit(new HeNormal())
                .list()
                .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(300).build())
                .layer(new DenseLayer.Builder().nIn(300).nOut(100).build())
                .build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork pretrained(Context context, ImageData data) {
    return StackedAutoencoder.builder(
            new DenseLayer.Builder().nOut(300).activation(new ReLU()).build(),
            new DenseLayer.Builder().nOut(100).activation(new ReLU()).build())
        .corruption(new MaskedReconstruction(0.5))
        .greedy(false)
        .epochs(context.epochs())
        .seed(context.seed())
        .listeners(context.progress("hidden pixels"))
        .build()
        .pretrain(data.train().shuffledBatches(32, context.seed()))
        .encoder();
  }

  private static double accuracyOn(MultiLayerNetwork pretrained, ImageData data, Context context) {
    ImageData few = data.firstTrain(LABELS);
    MultiLayerNetwork net =
        new TransferBuilder(pretrained)
            .add(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .freeze(LayerSelector.allButLast(1))
            .optimizer(new Adam(0.001))
            .seed(context.seed())
            .build();
    net.fit(few.train().shuffledBatches(20, context.seed()), HEAD_EPOCHS);
    return net.evaluate(few.test().batches(500)).accuracy();
  }
}
