package com.example;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.spi.UnknownPluginException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;

class SpiTest extends ArtifactContract {

  SpiTest() {
    super("extensions-spi");
  }

  @Test
  void aNameThatNobodyProvidesIsToldWithTheArtifactThatWould() {
    UnknownPluginException e =
        assertThrows(
            UnknownPluginException.class,
            () -> Plugins.installed().create(IActivation.class, "mish"));
    assertTrue(e.getMessage().contains("extensions-activations"), e.getMessage());
  }
}
