package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.transfer.pretraining.DeepBeliefNetwork;
import io.github.dl4jext.transfer.pretraining.MaskingNoise;
import io.github.dl4jext.transfer.pretraining.PretrainedLayers;
import io.github.dl4jext.transfer.pretraining.RestrictedBoltzmannMachine;
import io.github.dl4jext.transfer.pretraining.StackedAutoencoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Many images without labels, and few with: a denoising autoencoder, and the chapter's historical
 * alternative, a stack of restricted Boltzmann machines, learn the lower layers from all of the
 * images; a network on top of them then learns from 100, 500 or 1,000 labels.
 */
@AutoService(Experiment.class)
public final class Pretraining implements Experiment {

  private static final int DRAWN_IMAGES = 6_000;
  private static final List<Integer> LABELS = List.of(100, 500, 1_000);

  /** So many steps for each network, however few the labels. */
  private static final int STEPS = 600;

  private static final int BATCH = 20;

  @Override
  public About about() {
    return new About(
            "pretraining",
            "few labels: lower layers learnt from images without labels, and from scratch",
            Duration.ofSeconds(45),
            5)
        .in(Section.TRANSFER);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
                "with 100 labels an autoencoder's layers are a better start than random ones",
                averages ->
                    averages.get(accuracy("autoencoder", 100))
                        > averages.get(accuracy("none", 100)))
            .onAllImages()
            .onRealImages(),
        new Claim(
            "the more labels there are, the better",
            averages ->
                averages.get(accuracy("none", 1_000)) > averages.get(accuracy("none", 100))));
  }

  private static String accuracy(String how, int labels) {
    return "test accuracy, " + how + ", " + labels + " labels";
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    long seed = context.seed();
    Map<String, MultiLayerNetwork> starts = new LinkedHashMap<>();
    starts.put("none", null);
    starts.put("autoencoder", autoencoder(context, data));
    starts.put("Boltzmann machines", boltzmannMachines(context, data));
    for (int labels : LABELS) {
      ImageData few = data.firstTrain(labels);
      int epochs = STEPS * BATCH / labels;
      starts.forEach(
          (how, pretrained) -> {
            boolean sigmoid = how.startsWith("Boltzmann");
            MultiLayerNetwork net =
                new MultiLayerNetwork(
                    new Adam(0.001)
                        .configure(
                            classifier(seed, sigmoid ? new ActivationSigmoid() : new ReLU())));
            net.init();
            if (pretrained != null) {
              PretrainedLayers.copy(pretrained, net);
            }
            net.fit(few.train().shuffledBatches(BATCH, seed), epochs);
            context.report(accuracy(how, labels), net.evaluate(few.test().batches(500)).accuracy());
          });
    }
  }

  private static MultiLayerNetwork autoencoder(Context context, ImageData data) {
    return StackedAutoencoder.builder(
            new DenseLayer.Builder().nOut(300).activation(new ReLU()).build(),
            new DenseLayer.Builder().nOut(100).activation(new ReLU()).build())
        .corruption(new MaskingNoise(0.3))
        .epochs(context.epochs())
        .seed(context.seed())
        .listeners(context.progress("denoising autoencoder, layer by layer", context.epochs() * 2))
        .build()
        .pretrain(data.train().shuffledBatches(32, context.seed()))
        .encoder();
  }

  private static MultiLayerNetwork boltzmannMachines(Context context, ImageData data) {
    return DeepBeliefNetwork.of(
            RestrictedBoltzmannMachine.builder(LabelledImages.PIXELS, 300)
                .seed(context.seed())
                .build(),
            RestrictedBoltzmannMachine.builder(300, 100).seed(context.seed() + 1).build())
        .pretrain(
            data.train().shuffledBatches(32, context.seed()),
            context.epochs(),
            (epoch, machine) -> {});
  }

  private static MultiLayerConfiguration classifier(long seed, IActivation activation) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(activation)
        .weightInit(activation instanceof ReLU ? new HeNormal() : new GlorotUniform())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(300).build())
        .layer(new DenseLayer.Builder().nIn(300).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .build();
  }
}
