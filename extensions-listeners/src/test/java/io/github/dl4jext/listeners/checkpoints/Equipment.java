package io.github.dl4jext.listeners.checkpoints;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.averaging.StochasticWeightAveraging;
import io.github.dl4jext.listeners.clipping.AdaptiveClip;
import io.github.dl4jext.listeners.clipping.AutoClip;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.diagnosis.LearningRateLog;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.listeners.monitoring.SkipIfNonFinite;
import io.github.dl4jext.listeners.monitoring.SkipIfNormAbove;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.progress.ProgressBar;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.optimizers.GradientAccumulation;
import io.github.dl4jext.optimizers.Lookahead;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.optimizers.RAdam;
import io.github.dl4jext.regularization.dropout.DropConnect;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** What a training has: a network with noise, and every listener that remembers something. */
final class Equipment {

  /** DL4J's own updater, and ours with and without terms of their own. */
  enum Rule {
    DL4J_ADAM(null),
    ADAM_W(new AdamW(0.02, 0.01)),
    LOOKAHEAD(new Lookahead(new RAdam(0.02), 3, 0.5)),
    ACCUMULATION(new GradientAccumulation(new AdamW(0.02, 0.01), 2)),
    MOMENTUM(new Momentum(0.02));

    private final Optimizer optimizer;

    Rule(Optimizer optimizer) {
      this.optimizer = optimizer;
    }
  }

  enum Noise {
    NONE(conf -> conf),
    DL4J_DROPOUT(conf -> conf.dropOut(0.7)),
    DROPOUT(conf -> conf.dropOut(Dropout.dropping(0.3))),
    DROP_CONNECT(conf -> conf.weightNoise(DropConnect.dropping(0.2)));

    private final UnaryOperator<NeuralNetConfiguration.Builder> onto;

    Noise(UnaryOperator<NeuralNetConfiguration.Builder> onto) {
      this.onto = onto;
    }
  }

  static final int BATCHES = 5;

  private Equipment() {}

  static Model network(Type type, Rule rule, Noise noise) {
    Model model =
        Trainings.network(
            type, noise.onto.apply(base(rule.optimizer == null ? new Adam(0.02) : new Sgd(1))));
    if (rule.optimizer != null) {
      rule.optimizer.configure(model);
    }
    return model;
  }

  /** New ones, with new data. */
  static List<TrainingListener> listeners() {
    return List.of(
        new SkipIfNonFinite(),
        new SkipIfNormAbove(1.2, 6, 3, 20),
        new StopOnNaN(),
        new ClipByGlobalNorm(0.05),
        new AutoClip(20),
        new ClipByNorm(0.04),
        new ClipByValue(0.03),
        new AdaptiveClip(0.02, 1e-3, true),
        new GradientMonitor(4, rows -> {}),
        new LearningRateLog(4, rows -> {}),
        new ExponentialMovingAverage(0.9, true),
        new StochasticWeightAveraging(),
        StochasticWeightAveraging.everyEpoch(0),
        new History(Monitor.validationLoss(batches(50, 52))),
        ReduceOnPlateau.builder()
            .monitor(Monitor.minimizing("one", any -> 1))
            .patience(2)
            .factor(0.5)
            .build(),
        ReduceOnPlateau.builder().everySteps(3).patience(2).minDelta(0.05).build(),
        EarlyStopping.builder()
            .monitor(Monitor.validationLoss(batches(50, 52)))
            .patience(50)
            .restoreBestWeights(true)
            .restoreUpdaterState(true)
            .build(),
        new ProgressBar(4, BATCHES, ProgressBar.Display.EPOCHS, 10));
  }

  /** All that listeners remember, in the bytes in which it is stored. */
  static Map<String, byte[]> memory(Model model) {
    Map<String, byte[]> memory = new LinkedHashMap<>();
    Network network = Network.of(model);
    for (TrainingListener listener : network.listeners()) {
      if (listener instanceof StatefulListener stateful) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
          stateful.state(network).writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
        memory.put(memory.size() + " " + listener.getClass().getSimpleName(), bytes.toByteArray());
      }
    }
    return memory;
  }
}
