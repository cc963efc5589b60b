///usr/bin/env jbang "$0" "$@" ; exit $?
// The README's first program, for JBang: run `mvn -B install -DskipTests`, then `jbang examples/QuickStart.java`.
// On another machine, replace linux-x86_64 with its classifier.
//JAVA 17+
//REPOS mavenlocal,mavencentral
//DEPS io.github.dl4jext:extensions-bom:0.1.0-SNAPSHOT@pom
//DEPS io.github.dl4jext:extensions-all
//DEPS org.nd4j:nd4j-native:1.0.0-M2.1
//DEPS org.nd4j:nd4j-native:1.0.0-M2.1:linux-x86_64

import io.github.dl4jext.activations.*;
import io.github.dl4jext.activations.initializers.*;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.schedules.OneCycle;
import org.deeplearning4j.nn.conf.*;
import org.deeplearning4j.nn.conf.layers.*;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

public class QuickStart {

  public static void main(String[] arguments) {
    INDArray x = Nd4j.rand(256, 2).subi(0.5), left = x.prod(1).gt(0).castTo(x.dataType()).reshape(256, 1), y = Nd4j.hstack(left, left.rsub(1));
    MultiLayerConfiguration conf = new NeuralNetConfiguration.Builder().seed(42).activation(new Swish()).weightInit(new HeNormal()).list()
        .layer(new DenseLayer.Builder().nIn(2).nOut(32).build())
        .layer(new DenseLayer.Builder().nIn(32).nOut(32).build())
        .layer(new OutputLayer.Builder(LossFunction.MCXENT).nIn(32).nOut(2).activation(Activation.SOFTMAX).build()).build();
    MultiLayerNetwork net = new MultiLayerNetwork(new AdamW(OneCycle.torch(0.01, 300), 0.01).configure(conf));
    net.init();
    net.setListeners(new ClipByGlobalNorm(1.0), new StopOnNaN());
    for (int step = 0; step < 300; step++) net.fit(x, y);
    System.out.println(net.score());   // 0.015 in one run
  }
}
