package com.example;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.schedule.ISchedule;

class AllTest extends ArtifactContract {

  AllTest() {
    super("extensions-all");
  }

  @Test
  void everyFamilyComesWithIt() {
    Plugins plugins = Plugins.installed();
    assertNotNull(plugins.create(IActivation.class, "mish"));
    assertNotNull(plugins.create(Optimizer.class, "adamw(learningRate=0.001)"));
    assertNotNull(plugins.create(ISchedule.class, "cosine(initialRate=0.1, totalSteps=100)"));
    assertNotNull(plugins.create(IDropout.class, "dropout(rate=0.2)"));
    assertNotNull(plugins.create(TrainingListener.class, "stop_on_nan"));
    assertNotNull(TransferBuilder.class.getPackage());
  }
}
