package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.HeNormal;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import java.time.Duration;
import java.util.List;

/** The same stack with ReLU and He normal weights, for comparison. */
@AutoService(Experiment.class)
public final class ReluHundredLayers implements Experiment {

  @Override
  public About about() {
    return new About(
        "relu-100-layers",
        "ReLU learns little or nothing in a hundred plain layers, even with He initialisation",
        Duration.ofSeconds(40),
        5);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "ReLU learns less in a hundred layers than SELU does",
            averages ->
                averages.get("validation accuracy")
                    < averages.get("selu-100-layers", "validation accuracy")));
  }

  @Override
  public void run(Context context) {
    HundredLayers.run(context, new ReLU(), new HeNormal(), 0.7054);
  }
}
