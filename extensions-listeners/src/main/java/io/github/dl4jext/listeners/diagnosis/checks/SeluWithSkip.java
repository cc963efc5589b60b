package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LiveNode;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;

/**
 * Finds skip connections that combine outputs of SELU. The sum of two signals of variance 1 has a
 * variance of 2, or more if they are alike, and the network does not normalize itself.
 *
 * <p><b>Measured:</b> the number of inputs of an element-wise vertex, if one of them comes from
 * SELU; or of a merge vertex, if some of them come from SELU and others do not.
 *
 * <p><b>Limit:</b> 1, as in a plain stack.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017)</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SeluWithSkip extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public SeluWithSkip() {
    super(
        new About(
            "selu_with_skip",
            Severity.WARNING,
            "SELU does not normalize: skip connections bypass layers",
            "take an activation that needs no such condition, with normalization",
            List.of("swish", "relu", "he_normal", "layer_norm"),
            "layers"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence
        .nodes()
        .filter(node -> mixes(node, evidence))
        .map(
            node ->
                at(
                    node,
                    evidence,
                    node.inputs().size() + (double) node.networkInputs().size(),
                    1,
                    "signals that are combined behind SELU"));
  }

  private static boolean mixes(LiveNode node, Evidence evidence) {
    long selu = node.inputs().stream().filter(name -> isSelu(name, evidence)).count();
    int all = node.inputs().size() + node.networkInputs().size();
    GraphVertex vertex = node.vertex().orElse(null);
    return selu > 0
        && (vertex instanceof ElementWiseVertex && all > 1
            || vertex instanceof MergeVertex && all > selu);
  }

  private static boolean isSelu(String name, Evidence evidence) {
    return evidence.curve(evidence.node(name)).filter(ActivationCurve::isSelu).isPresent();
  }
}
