package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Checks;
import java.util.Objects;

/**
 * States which layers a plan unfreezes, and when.
 *
 * @param epoch the epoch of the plan; -1 if it goes by steps
 * @param step the step of the plan; -1 if it goes by epochs
 * @param layers which layers
 * @param factor what their rate is multiplied by
 */
record UnfreezingStage(int epoch, int step, LayerSelector layers, double factor) {

  UnfreezingStage {
    Objects.requireNonNull(layers, "the layers must not be null");
    Checks.of(GradualUnfreezing.NAME)
        .that(factor > 0 && factor < Double.POSITIVE_INFINITY, "factor", "in (0, inf)", factor)
        .done();
  }

  boolean isDue(TrainingProgress begin, TrainingProgress now) {
    return epoch >= 0
        ? now.epochs() - begin.epochs() >= epoch
        : now.iterations() - begin.iterations() >= step;
  }
}
