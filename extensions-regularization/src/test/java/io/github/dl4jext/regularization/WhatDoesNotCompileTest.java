package io.github.dl4jext.regularization;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user might write by mistake is refused by the compiler, not only when it runs. */
class WhatDoesNotCompileTest {

  private static final String OURS = "io.github.dl4jext.regularization.dropout.";
  private static final String THEIRS = "org.deeplearning4j.nn.conf.dropout.";
  private static final String THEIR_NOISE = "org.deeplearning4j.nn.conf.weightnoise.";

  private static List<String> errors(String statement) {
    String text =
        """
        import io.github.dl4jext.regularization.constraints.Constraints;
        import io.github.dl4jext.regularization.constraints.MaxNorm;
        import io.github.dl4jext.regularization.penalties.L2;
        import io.github.dl4jext.regularization.penalties.Regularizations;
        class Snippet {
          Object run(
              org.deeplearning4j.nn.multilayer.MultiLayerNetwork net,
              org.deeplearning4j.nn.conf.MultiLayerConfiguration conf,
              org.nd4j.linalg.schedule.ISchedule schedule) {
            return %s;
          }
        }
        """
            .formatted(statement);
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreErrors) {
            return text;
          }
        };
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> options = List.of("-proc:none", "-d", "target", "-cp", classPath);
    ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, found, options, null, List.of(file))
        .call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Constraints.onWeights(net, new MaxNorm(1))",
        "Constraints.onWeights(conf, new MaxNorm(1))",
        "Constraints.remove(net)",
        "Regularizations.onBiases(conf, new L2(0.1))",
        OURS + "Dropout.dropping(0.2)",
        OURS + "DropConnect.dropping(schedule)",
        "new " + THEIRS + "Dropout(0.8)"
      })
  void whatIsRightCompiles(String statement) {
    assertThat(errors(statement)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Constraints.onWeights(\"net\", new MaxNorm(1))",
        "Constraints.onBiases(\"net\", new MaxNorm(1))",
        "Constraints.remove(\"net\")",
        "Regularizations.onWeights(\"net\", new L2(0.1))",
        "Regularizations.onBiases(\"net\", new L2(0.1))",
        "Regularizations.remove(\"net\")"
      })
  void aTextIsNoNetwork(String statement) {
    assertThat(errors(statement))
        .singleElement()
        .asString()
        .contains("no suitable method found")
        .contains("java.lang.String");
  }

  /** DL4J's take the share that is kept, so that the wrong import would turn the rate around. */
  @ParameterizedTest
  @ValueSource(strings = {"Dropout", "AlphaDropout", "SpatialDropout", "DropConnect"})
  void oursAndDl4jsAreNotMadeAlike(String name) {
    String theirs = (name.equals("DropConnect") ? THEIR_NOISE : THEIRS) + name;
    for (String argument : List.of("0.2", "schedule")) {
      assertThat(errors("new " + theirs + "(" + argument + ")")).isEmpty();
      assertThat(errors("new " + OURS + name + "(" + argument + ")")).isNotEmpty();
      assertThat(errors(theirs + ".dropping(" + argument + ")")).isNotEmpty();
      assertThat(errors(OURS + name + ".dropping(" + argument + ")")).isEmpty();
    }
  }

  @Test
  void gaussianDropoutIsMadeLikeTheOthers() {
    assertThat(errors(OURS + "GaussianDropout.dropping(0.2)")).isEmpty();
    assertThat(errors("new " + OURS + "GaussianDropout(0.2)")).isNotEmpty();
  }
}
