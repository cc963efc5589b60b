package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.data.CifarFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment is given images of its kind, or says that there are none. */
class ImagesInColourTest {

  @TempDir private Path folder;

  private final List<String> ran = new ArrayList<>();

  private final Experiment grey = new FakeExperiment("grey", context -> note("grey", context));

  private final Experiment coloured =
      new Experiment() {
        @Override
        public About about() {
          return new About("coloured", "shows colours", Duration.ofSeconds(1), 1);
        }

        @Override
        public boolean inColour() {
          return true;
        }

        @Override
        public void run(Context context) {
          note("coloured", context);
        }
      };

  private final Console console = new Console(grey, coloured);

  private void note(String name, Context context) {
    int pixels = context.images(100).train().pixelsPerImage();
    ran.add(name + " " + pixels + " of " + context.data().train().size());
  }

  private int run(String... options) {
    List<String> all = new ArrayList<>(List.of("run", "--jobs=1"));
    all.add("--report=" + folder.resolve("report"));
    all.addAll(List.of(options));
    return console.run(all.toArray(String[]::new));
  }

  @Test
  void drawnImagesAreOfEitherKind() {
    assertThat(run("--train=600")).isZero();
    assertThat(ran).containsExactly("coloured 3072 of 600", "grey 784 of 600");
  }

  @Test
  void othersAreLeftOut() throws IOException {
    CifarFiles.writeAll(folder.resolve("cifar"), 4);
    assertThat(run("--data=" + folder.resolve("cifar"))).isZero();
    assertThat(ran).containsExactly("coloured 3072 of 20");
    assertThat(console.out())
        .contains(
            "left out: grey, for which grey images are needed"
                + " (--data fashion-mnist, a folder with its files, or embedded)");
  }

  @Test
  void oneThatIsNamedIsRefused() throws IOException {
    CifarFiles.writeAll(folder.resolve("cifar"), 4);
    assertThat(run("--only=grey", "--data=" + folder.resolve("cifar"))).isEqualTo(2);
    assertThat(console.err())
        .contains("these images are of the wrong kind for grey, for which grey images are needed");
    assertThat(ran).isEmpty();
  }
}
