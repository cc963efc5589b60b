package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.plots.ReliabilityDiagram;
import io.github.dl4jext.plots.SchedulePlot;
import io.github.dl4jext.uncertainty.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class PlotsTest extends ArtifactContract {

  private final LineChart chart =
      SchedulePlot.of(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.9), 100);

  PlotsTest() {
    super("extensions-plots");
  }

  @Test
  void aChartIsWrittenInEveryFormat(@TempDir Path folder) throws IOException {
    chart.writeSvg(folder.resolve("rate.svg"));
    assertTrue(Files.readString(folder.resolve("rate.svg")).startsWith("<svg"));
    chart.writePng(folder.resolve("rate.png"), 400, 300);
    assertEquals(400, ImageIO.read(folder.resolve("rate.png").toFile()).getWidth());
    assertTrue(chart.toText().lines().count() > 5);
  }

  @Test
  void whatOtherArtifactsMeasureIsDrawn() {
    Calibration calibration = Calibration.of(Nd4j.eye(3), Nd4j.eye(3));
    assertTrue(ReliabilityDiagram.of(calibration).toSvg().contains("share of examples"));
  }
}
