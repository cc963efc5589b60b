package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LiveNode;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;

/**
 * Finds hidden layers in which the signal has died out or blown up before training, because the
 * weights are too small or too large for the activation.
 *
 * <p><b>Measured:</b> the root mean square of the output of a layer with weights, without zeros,
 * before the first step. Recurrent layers are not judged, because their gates make the signal small
 * from the beginning.
 *
 * <p><b>Limit:</b> 100, or 1/100. Initialisers that suit the activation keep the figure near 1 in
 * networks of any depth.
 *
 * @see <a
 *     href="https://www.cv-foundation.org/openaccess/content_iccv_2015/html/He_Delving_Deep_into_ICCV_2015_paper.html">He
 *     et al. (2015), section 2.2</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SignalScale extends DiagnosisCheck {

  private static final double LIMIT = 100;

  /** For {@link java.util.ServiceLoader}. */
  public SignalScale() {
    super(
        new About(
            "signal_scale",
            Severity.WARNING,
            "The signal dies out or blows up from layer to layer",
            "take the initialiser that goes with the activation, which WeightInitAdvice names",
            List.of("he_normal", "glorot_uniform", "lecun_normal"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence
        .nodes()
        .filter(node -> evidence.isUntrained() && !node.isOutput())
        .filter(node -> Evidence.hasMatrix(node) && evidence.curve(node).isPresent())
        .filter(node -> node.learners().stream().noneMatch(BaseRecurrentLayer.class::isInstance))
        .flatMap(node -> look(node, evidence));
  }

  private Stream<Finding> look(LiveNode node, Evidence evidence) {
    double scale = evidence.outputOf(node).moments().scale();
    boolean tooSmall = scale < 1 / LIMIT;
    return tooSmall || scale > LIMIT
        ? Stream.of(
            at(
                node,
                evidence,
                scale,
                tooSmall ? 1 / LIMIT : LIMIT,
                "root mean square of the layer's output before training"))
        : Stream.empty();
  }
}
