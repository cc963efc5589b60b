package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.cpu.CpuState;
import io.github.dl4jext.cpu.CpuThreads;
import org.junit.jupiter.api.Test;

class CpuTest extends ArtifactContract {

  CpuTest() {
    super("extensions-cpu");
  }

  @Test
  void theKernelOfOpenBlasIsTold() {
    assertFalse(CpuState.current().kernel().isBlank());
    try (CpuThreads one = CpuThreads.set(1, 1)) {
      assertEquals(1, CpuState.current().blasThreads());
    }
  }
}
