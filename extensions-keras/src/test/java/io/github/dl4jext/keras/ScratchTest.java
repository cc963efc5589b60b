package io.github.dl4jext.keras;

import java.nio.file.*;
import java.util.*;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ScratchTest {
  @Test
  void all() throws Exception {
    StringBuilder out = new StringBuilder();
    List<Path> files = new ArrayList<>();
    try (var s = Files.list(Path.of("/tmp/keras/scratch"))) {
      s.sorted().forEach(files::add);
    }
    for (Path p : files) {
      String n = p.getFileName().toString().replace(".h5", "");
      if (n.equals("expected")) continue;
      String r;
      INDArray x, y;
      try (Hdf5Archive f = new Hdf5Archive("/tmp/keras/scratch/expected.h5")) {
        x = f.readDataSet("input0", n);
        y = f.readDataSet("output0", n);
      }
      try {
        KerasModel<MultiLayerNetwork> m = KerasImport.sequential(p);
        MultiLayerNetwork net = m.network();
        INDArray o = net.output(x.dup());
        if (!Arrays.equals(o.shape(), y.shape()))
          r = "SHAPE " + Arrays.toString(o.shape()) + " for " + Arrays.toString(y.shape());
        else {
          double d = o.sub(y).amaxNumber().doubleValue();
          r = d < 1e-6 ? "ok" : "WRONG " + d;
        }
      } catch (Throwable e) {
        r = "THROWS " + e.getClass().getSimpleName() + " " + e.getMessage();
      }
      out.append(n + ": " + (r.length() > 260 ? r.substring(0, 260) : r) + "\n");
    }
    Files.writeString(Path.of("/tmp/keras/scratch.txt"), out.toString());
  }
}
