package io.github.dl4jext.it;

import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** On the first 3,000 images of Fashion-MNIST, of which 500 are for validation. */
@EnabledIfEnvironmentVariable(
    named = "FASHION_MNIST_DIR",
    matches = ".+",
    disabledReason = "FASHION_MNIST_DIR must name a folder with the files of Fashion-MNIST")
class ExperimentsOnRealImagesTest extends ExperimentsContract {

  ExperimentsOnRealImagesTest() {
    super(
        List.of("(all images)", "(all real images)", " seeds)"),
        "--data",
        "fashion-mnist",
        "--train",
        "3000");
  }
}
