package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dl4jext.cpu.CpuState;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class CpuNativesTest {

  @Test
  void theNewerOpenBlasIsLoaded() {
    String library = CpuState.current().library();
    assertTrue(library.startsWith("OpenBLAS 0.3.28"), library);
    assertEquals(6, Nd4j.ones(2, 3).mmul(Nd4j.ones(3, 2)).sumNumber().doubleValue() / 2);
  }
}
