package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.LecunNormal;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import java.time.Duration;
import java.util.List;

/** A network that normalizes itself: SELU with LeCun normal weights. */
@AutoService(Experiment.class)
public final class SeluHundredLayers implements Experiment {

  @Override
  public About about() {
    return new About(
        "selu-100-layers",
        "SELU trains a hundred plain layers, since it keeps the variance of the signal",
        Duration.ofSeconds(40),
        5);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "SELU learns in a hundred layers: ahead of ReLU by 0.05 or more",
            averages ->
                averages.get("validation accuracy")
                    >= averages.get("relu-100-layers", "validation accuracy") + 0.05));
  }

  @Override
  public void run(Context context) {
    HundredLayers.run(context, new SELU(), new LecunNormal(), 0.8046);
  }
}
