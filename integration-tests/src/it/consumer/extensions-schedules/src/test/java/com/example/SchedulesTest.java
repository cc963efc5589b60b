package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.spi.Plugins;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

class SchedulesTest extends ArtifactContract {

  SchedulesTest() {
    super("extensions-schedules");
  }

  @Test
  void aRateFalls() {
    ISchedule cosine =
        Plugins.installed().create(ISchedule.class, "cosine(initialRate=0.1, totalSteps=100)");
    assertEquals(new Cosine(0.1, 100), cosine);
    assertEquals(0.05, cosine.valueAt(50, 0), 1e-6);
  }
}
